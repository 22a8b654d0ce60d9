-- Tell of a subscription's trouble, or of its end, if nobody has.
-- KEYS[1] prefix   ARGV: token, what was told before, what is told now, most events, the event's names and values
-- Returns 1 or 0.
local p, key = KEYS[1], KEYS[1] .. "subscription:" .. ARGV[1]
local known = redis.call("HMGET", key, "source", "told")
if not known[1] or (known[2] or "") ~= ARGV[2] then return 0 end
redis.call("HSET", key, "told", ARGV[3])
redis.call("XADD", p .. "events", "MAXLEN", "~", ARGV[4], "*", unpack(ARGV, 5))
return 1
