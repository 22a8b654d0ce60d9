-- Append an event of a subscription's trouble, or of its end, if nobody has.
-- args: token, before (the trouble that was notified), trouble (the one that is now), most
--   (events); event, a list of names and values
-- Returns 1 or 0.
local key = subscription_key(args.token)
local known = redis.call("HMGET", key, "source", "told")
if not known[1] or (known[2] or "") ~= args.before then return 0 end
redis.call("HSET", key, "told", args.trouble)
redis.call("XADD", events_key, "MAXLEN", "~", args.most, "*", unpack(args.event))
return 1
