-- Write outcomes of a batch's URLs. What the batch no longer holds is left alone.
-- KEYS[1] prefix   ARGV: batch, now, seconds to remember, then id, kind, outcome, ready_at, flags per URL
--   (h: the host waits too, p: since its server asked for it, f: no attempt is spent)
-- Returns how many outcomes were written.
local p, batch, now = KEYS[1], ARGV[1], tonumber(ARGV[2])
local members, written = p .. "batch-urls:" .. batch, 0
local stages = redis.call("HGETALL", p .. "batch:" .. batch)
if #stages > 0 then redis.call("HSET", p .. "batch:" .. batch, "at_work", 0) end
local times = {}
for i = 1, #stages, 2 do times[stages[i]] = tonumber(stages[i + 1]) end
times["at_work"] = nil
for i = 4, #ARGV, 5 do
  local id, kind, outcome, ready_at = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
  if redis.call("SREM", members, id) == 1 then
    local key, state = p .. "url:" .. id, kind
    local entry = redis.call("HMGET", key, "host", "prior", "prior_outcome")
    local host, prior = entry[1], entry[2]
    redis.call("HINCRBY", p .. "totals", "leased", -1)
    redis.call("HDEL", key, "batch")
    if kind == "retry" then
      state = "queued"
      redis.call("HSET", key, "state", state, "outcome", outcome)
      redis.call("ZADD", p .. "queue:" .. host, ready_at, id)
      if string.find(ARGV[i + 4], "f") then redis.call("HINCRBY", key, "attempts", -1) end
      if string.find(ARGV[i + 4], "h") then
        redis.call("ZADD", p .. "hosts", "GT", ready_at, host)
        -- `paused:` turns away also those who have a slot already and wait for their moment (politeness.py).
        local kinds = string.find(ARGV[i + 4], "p") and {"rest:", "next:", "paused:"} or {"rest:", "next:"}
        for _, kind_of_rest in ipairs(kinds) do
          if ready_at > tonumber(redis.call("GET", p .. kind_of_rest .. host) or 0) then
            redis.call("SET", p .. kind_of_rest .. host, ready_at, "PX", math.ceil(math.max(ready_at - now, 0) * 1000) + 1000)
          end
        end
      end
      redis.call("ZADD", p .. "hosts", "LT", math.max(ready_at, tonumber(redis.call("GET", p .. "rest:" .. host) or 0)), host)
    else
      -- A later visit that brings nothing leaves the article that is already searchable.
      local kept = prior == "indexed" and kind ~= "indexed"
      if kept then state = "indexed" end
      redis.call("HSET", key, "state", state, "outcome", kept and entry[3] or outcome, "ended_at", now)
      redis.call("HDEL", key, "prior", "prior_outcome")
      if state == "dead" then
        redis.call("ZADD", p .. "dead", now, id)
      else
        redis.call("EXPIRE", key, ARGV[3])
        redis.call("EXPIRE", p .. "trace:" .. id, ARGV[3])
      end
    end
    redis.call("HINCRBY", p .. "totals", state, 1)
    redis.call("RPUSH", p .. "trace:" .. id, cjson.encode({at = now, event = kind, batch = batch, stages = times, outcome = outcome}))
    redis.call("LTRIM", p .. "trace:" .. id, -50, -1)
    written = written + 1
  end
end
if written > 0 and redis.call("SCARD", members) == 0 then
  redis.call("DEL", p .. "batch:" .. batch)
  redis.call("ZREM", p .. "leases", batch)
end
return written
