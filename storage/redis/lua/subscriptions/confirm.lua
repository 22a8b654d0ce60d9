-- A hub verifies our intent. Only a request of ours that is under way, for the same topic, is
-- confirmed.
-- args: token, mode, topic, now, lease (seconds), renewal (seconds until it is renewed)
-- Returns 1 or 0.
-- include subscriptions/lib_subscriptions
local token, now = args.token, args.now
local key = subscription_key(token)
local known = subscription_fields(token, "expects", "topic", "expects_until")
if known.expects ~= args.mode or known.topic ~= args.topic then return 0 end
if tonumber(known.expects_until) < now then return 0 end
if args.mode == "unsubscribe" then
  forget_subscription(token)
  return 1
end
if not subscription_holds(token, now) then
  redis.call("HSET", key, "active_since", now, "suspected", 0, "doubts", 0)
end
redis.call("HSET", key, "state", "active", "lease_end", now + args.lease, "attempts", 0,
  "error", "")
redis.call("ZADD", subscriptions_due_key, now + args.renewal, token)
return 1
