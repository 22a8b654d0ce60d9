-- A hub denies a subscription, be it asked for just now or held for long (WebSub §5.2). Its source is polled again.
-- KEYS[1] prefix   ARGV: token, topic, now, error, seconds until the next try      Returns 1 or 0.
local p, token, now = KEYS[1], ARGV[1], tonumber(ARGV[3])
-- include subscriptions/lib_subscriptions
local key = p .. "subscription:" .. token
local known = redis.call("HMGET", key, "topic", "state", "source")
if known[1] ~= ARGV[2] then return 0 end
if known[2] == "unsubscribing" then
  forget_subscription(token)
  return 1
end
redis.call("HSET", key, "state", "denied", "lease_end", 0, "expects", "", "error", ARGV[4])
redis.call("ZADD", p .. "subscriptions-due", now + tonumber(ARGV[5]), token)
poll_source(known[3], now)
return 1
