-- Count a push. A hint makes its source due now, but never more often than each `gap` seconds: anybody may repeat it.
-- KEYS[1] prefix   ARGV: token, now, kind (push, hint, bad), "1" if it brought news, gap, error      Returns 1 or 0.
local p, token, now, kind = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
-- include subscriptions/lib_subscriptions
local key = p .. "subscription:" .. token
local source = redis.call("HGET", key, "source")
if not source then return 0 end
if ARGV[6] ~= "" then redis.call("HSET", key, "error", ARGV[6]) end
if kind == "bad" then
  redis.call("HINCRBY", key, "bad_signatures", 1)
  return 1
end
redis.call("HINCRBY", key, "pushes", 1)
redis.call("HSET", key, "last_push", now)
if ARGV[4] == "1" then redis.call("HSET", key, "last_new", now) end
if kind == "hint" then
  local at = tonumber(redis.call("HGET", key, "hinted_poll") or 0)
  if at <= now then
    at = math.max(now, at + tonumber(ARGV[5]))
    redis.call("HSET", key, "hinted_poll", at)
  end
  redis.call("HINCRBY", key, "hints", 1)
  redis.call("HSET", key, "last_hint", now)
  poll_source(source, at)
end
return 1
