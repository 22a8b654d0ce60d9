-- A hub verifies our intent. Only a request of ours that is under way, for the same topic, is confirmed.
-- KEYS[1] prefix   ARGV: token, mode, topic, now, lease's seconds, seconds until it is renewed      Returns 1 or 0.
local p, token, mode, now = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4])
-- include subscriptions/lib_subscriptions
local key = p .. "subscription:" .. token
local known = redis.call("HMGET", key, "expects", "topic", "expects_until")
if known[1] ~= mode or known[2] ~= ARGV[3] or tonumber(known[3]) < now then return 0 end
if mode == "unsubscribe" then
  forget_subscription(token)
  return 1
end
if not subscription_holds(token, now) then
  redis.call("HSET", key, "active_since", now, "suspected", 0, "doubts", 0)
end
redis.call("HSET", key, "state", "active", "lease_end", now + tonumber(ARGV[5]), "attempts", 0, "error", "")
redis.call("ZADD", p .. "subscriptions-due", now + tonumber(ARGV[6]), token)
return 1
