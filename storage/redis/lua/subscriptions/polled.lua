-- What a poll says of the pushes. One that finds news which no push brought suspects the subscription, until a later
-- poll finds nothing although pushes came; the first suspicion has it renewed at once. One such poll may have been just
-- quicker than the push, so they are counted.
-- KEYS[1] prefix   ARGV: source, start of the poll, now, "1" if it found news, seconds between slow polls
-- Returns what becomes of the next poll: unchanged; later, but not past the lease; sooner, since a hint came during this
-- one.
local p, started, now = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- include subscriptions/lib_subscriptions
local token = redis.call("HGET", p .. "subscriptions", ARGV[1])
if not token or not subscription_holds(token, now) then return "unchanged" end
local key = p .. "subscription:" .. token
local known = redis.call("HMGET", key, "active_since", "suspected", "last_push", "last_hint", "polled", "lease_end",
  "hinted_poll")
for i = 1, 7 do known[i] = tonumber(known[i] or 0) end
local since, suspected, last_push, last_hint, polled, lease_end, hinted = unpack(known)
redis.call("HSET", key, "polled", started)
if ARGV[4] == "1" then
  if since <= started and (last_hint == 0 or last_hint < polled) then
    if suspected == 0 then redis.call("ZADD", p .. "subscriptions-due", "XX", "LT", now, token) end
    suspected = started
    redis.call("HSET", key, "suspected", suspected)
    redis.call("HINCRBY", key, "doubts", 1)
  end
elseif suspected > 0 and last_push > suspected then
  suspected = 0
  redis.call("HSET", key, "suspected", 0, "doubts", 0, "error", "")
end
if last_hint > started then
  poll_source(ARGV[1], hinted)
  return "sooner"
elseif suspected == 0 and last_push >= since then
  redis.call("ZADD", p .. "due", "XX", "GT", math.min(started + tonumber(ARGV[5]), lease_end), ARGV[1])
  return "later"
end
return "unchanged"
