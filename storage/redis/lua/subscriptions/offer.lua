-- A source's document names its hubs and topic: one that is subscribed so already changes nothing, another replaces it.
-- KEYS[1] prefix   ARGV: now, source, topic, hubs (JSON), first hub, token and secret for a new one     Returns 1 when new.
local p, now, source = KEYS[1], tonumber(ARGV[1]), ARGV[2]
-- include subscriptions/lib_subscriptions
local token, told = redis.call("HGET", p .. "subscriptions", source), ""
if token then
  local known = redis.call("HMGET", p .. "subscription:" .. token, "topic", "hubs", "told")
  if known[1] == ARGV[3] and known[2] == ARGV[4] then return 0 end
  told = known[3] or ""  -- so that the end of a trouble is told, whoever ends it
  leave_subscription(token, now)
end
redis.call("HSET", p .. "subscription:" .. ARGV[6], "source", source, "topic", ARGV[3], "hubs", ARGV[4], "hub", ARGV[5],
  "secret", ARGV[7], "state", "pending", "attempts", 0, "told", told)
redis.call("HSET", p .. "subscriptions", source, ARGV[6])
redis.call("ZADD", p .. "subscriptions-due", now, ARGV[6])
return 1
