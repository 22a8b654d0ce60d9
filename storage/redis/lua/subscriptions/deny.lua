-- A hub denies a subscription, be it asked for just now or held for long (WebSub §5.2). Its source
-- is polled again.
-- args: token, topic, now, error, wait (seconds until the next request)
-- Returns 1 or 0.
-- include subscriptions/lib_subscriptions
-- include subscriptions/lib_poll
local token, now = args.token, args.now
local known = subscription_fields(token, "topic", "state", "source")
if known.topic ~= args.topic then return 0 end
if known.state == "unsubscribing" then
  forget_subscription(token)
  return 1
end
redis.call("HSET", subscription_key(token), "state", "denied", "lease_end", 0, "expects", "",
  "error", args.error)
redis.call("ZADD", subscriptions_due_key, now + args.wait, token)
poll_source(known.source, now)
return 1
