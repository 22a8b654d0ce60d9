-- A source's document names its hubs and topic. A subscription to just these stays, another one is
-- replaced.
-- args: now, source, topic, hubs (JSON), hub (the first one); token and secret for a new one
-- Returns 1 when it is new.
-- include subscriptions/lib_leave
local token, notified = redis.call("HGET", subscriptions_key, args.source), nil
if token then
  local known = subscription_fields(token, "topic", "hubs", "told")
  if known.topic == args.topic and known.hubs == args.hubs then return 0 end
  notified = known.told  -- so that the end of a trouble is notified, whoever ends it
  leave_subscription(token, args.now)
end
redis.call("HSET", subscription_key(args.token), "source", args.source, "topic", args.topic,
  "hubs", args.hubs, "hub", args.hub, "secret", args.secret, "state", "pending", "attempts", 0,
  "told", notified or "")
redis.call("HSET", subscriptions_key, args.source, args.token)
redis.call("ZADD", subscriptions_due_key, args.now, args.token)
return 1
