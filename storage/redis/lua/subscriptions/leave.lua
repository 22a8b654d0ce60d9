-- Give up the subscriptions of sources that are watched no longer.
-- KEYS[1] prefix   ARGV: now, sources
local p, now = KEYS[1], tonumber(ARGV[1])
-- include subscriptions/lib_subscriptions
for i = 2, #ARGV do
  local token = redis.call("HGET", p .. "subscriptions", ARGV[i])
  if token then leave_subscription(token, now) end
end
return #ARGV - 1
