-- Politeness at the moment of the fetch: a host's delay and concurrency, across all workers.
-- KEYS[1] prefix   ARGV: host, now, token, delay, concurrency, seconds until the token lapses
-- Returns {"start", time} when the slot is taken, or {"wait", time} when to ask again. Times as text, in seconds.
local p, host, now = KEYS[1], ARGV[1], tonumber(ARGV[2])
local slots, next_key = p .. "slots:" .. host, p .. "next:" .. host
redis.call("ZREMRANGEBYSCORE", slots, "-inf", now)
if redis.call("ZCARD", slots) >= tonumber(ARGV[5]) then return {"wait", string.format("%.6f", now + 0.05)} end
local start = math.max(now, tonumber(redis.call("GET", next_key) or 0))
-- Too far ahead to hold a slot for: the host was told to rest, or many are waiting.
if start - now > 2 then return {"wait", string.format("%.6f", start)} end
redis.call("ZADD", slots, start + tonumber(ARGV[6]), ARGV[3])
redis.call("PEXPIRE", slots, 3600000)
local delay = tonumber(ARGV[4])
if delay > 0 then redis.call("SET", next_key, string.format("%.6f", start + delay), "PX", math.ceil((start - now + delay) * 1000) + 1000) end
return {"start", string.format("%.6f", start)}
