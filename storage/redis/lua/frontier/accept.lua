-- Take links into the frontier. Each URL is accepted once; one that has ended is reopened when it changed. What came to
-- nothing at one address of a page (an AMP twin, a link with a bracket glued to it) gets two more tries at others.
-- KEYS[1] prefix   ARGV: now, reopen ("1": a person asks), then id, host, link, changed_at, tells ("1": a later date
--   tells of a change) per link
-- Returns one word per link: accepted, reopened, known.
local p, now, force = KEYS[1], tonumber(ARGV[1]), ARGV[2] == "1"
local answers = {}
for i = 3, #ARGV, 5 do
  local id, host, link, changed, tells = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4] == "1"
  local key = p .. "url:" .. id
  local known = redis.call("HMGET", key, "state", "changed_at", "visits", "link", "found_at")
  local state, answer = known[1], "known"
  -- One that came without a date has not changed since it was found, unless a date says so.
  local since = tonumber(known[2] or 0)
  if since == 0 then since = tonumber(known[5] or 0) end
  local elsewhere = (state == "rejected" or state == "dead") and tonumber(known[3] or 1) < 3
    and cjson.decode(known[4]).url ~= cjson.decode(link).url
  if not state then
    answer = "accepted"
    redis.call("HSET", key, "host", host, "link", link, "found_at", now, "changed_at", changed, "state", "queued",
      "attempts", 0, "deaths", 0, "visits", 1)
    redis.call("HINCRBY", p .. "totals", "accepted", 1)
  elseif state ~= "queued" and state ~= "leased" and (force or elsewhere or tells and changed > since) then
    answer = "reopened"
    redis.call("HSET", key, "host", host, "link", link, "changed_at", math.max(changed, tonumber(known[2])), "state", "queued",
      "attempts", 0, "deaths", 0, "prior", state, "prior_outcome", redis.call("HGET", key, "outcome"))
    redis.call("HINCRBY", key, "visits", 1)
    redis.call("HDEL", key, "outcome", "ended_at")
    redis.call("PERSIST", key)
    redis.call("PERSIST", p .. "trace:" .. id)
    redis.call("ZREM", p .. "dead", id)
    redis.call("HINCRBY", p .. "totals", state, -1)
  end
  if answer ~= "known" then
    redis.call("HINCRBY", p .. "totals", "queued", 1)
    redis.call("ZADD", p .. "queue:" .. host, now, id)
    local rest = tonumber(redis.call("GET", p .. "rest:" .. host) or 0)
    redis.call("ZADD", p .. "hosts", "LT", math.max(now, rest), host)
    redis.call("RPUSH", p .. "trace:" .. id, cjson.encode({at = now, event = answer, link = link}))
  end
  answers[#answers + 1] = answer
end
return answers
