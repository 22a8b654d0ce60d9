-- Count a push. A hint makes its source due now, but never more often than each `gap` seconds:
-- anybody may repeat it.
-- args: token, now, kind (push, hint, bad), fresh (it brought news), gap, error
-- Returns 1 or 0.
-- include subscriptions/lib_poll
local now, key = args.now, subscription_key(args.token)

-- When the source is polled for a hint.
local function hinted_poll()
  local at = tonumber(redis.call("HGET", key, "hinted_poll") or 0)
  if at > now then return at end
  at = math.max(now, at + args.gap)
  redis.call("HSET", key, "hinted_poll", at)
  return at
end

local source = redis.call("HGET", key, "source")
if not source then return 0 end
if args.error then redis.call("HSET", key, "error", args.error) end
if args.kind == "bad" then
  redis.call("HINCRBY", key, "bad_signatures", 1)
  return 1
end
redis.call("HINCRBY", key, "pushes", 1)
redis.call("HSET", key, "last_push", now)
if args.fresh then redis.call("HSET", key, "last_new", now) end
if args.kind == "hint" then
  local at = hinted_poll()
  redis.call("HINCRBY", key, "hints", 1)
  redis.call("HSET", key, "last_hint", now)
  poll_source(source, at)
end
return 1
