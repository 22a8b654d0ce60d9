-- A request did not come through. It is made again at the claim's time, or after the pause that was
-- asked for.
-- args: token, now, error, wait (seconds, or nil), counts (as an attempt), unsigned (go on without
--   a secret)
local key = subscription_key(args.token)
if redis.call("EXISTS", key) == 0 then return 0 end
redis.call("HSET", key, "error", args.error)
if args.wait then
  redis.call("ZADD", subscriptions_due_key, "XX", args.now + args.wait, args.token)
end
if not args.counts then redis.call("HINCRBY", key, "attempts", -1) end
-- Some hubs know no secrets. One that held a subscription with a secret does.
if args.unsigned and redis.call("HEXISTS", key, "active_since") == 0 then
  redis.call("HSET", key, "secret", "")
end
return 1
