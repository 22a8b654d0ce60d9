-- Claim the sources that are due, so that two beats poll each once.
-- KEYS[1] prefix   ARGV: now, most, seconds until an unfinished poll is due again      Returns source ids.
local due = KEYS[1] .. "due"
local ids = redis.call("ZRANGEBYSCORE", due, "-inf", ARGV[1], "LIMIT", 0, ARGV[2])
for _, id in ipairs(ids) do redis.call("ZADD", due, tonumber(ARGV[1]) + tonumber(ARGV[3]), id) end
return ids
