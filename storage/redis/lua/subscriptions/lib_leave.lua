-- Give up a subscription. Where the hub knows of it, it is asked to end it.
-- include subscriptions/lib_subscriptions
local function leave_subscription(token, now)
  local key = subscription_key(token)
  if not subscription_holds(token, now) then return forget_subscription(token) end
  redis.call("HDEL", subscriptions_key, redis.call("HGET", key, "source"))
  redis.call("HSET", key, "state", "unsubscribing", "attempts", 0, "expects", "")
  redis.call("ZADD", subscriptions_due_key, now, token)
end
