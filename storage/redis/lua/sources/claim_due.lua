-- Claim the sources that are due, so that each is polled once at a time. One that a hint made due during its poll waits
-- until that ends, or its claim does.
-- KEYS[1] prefix   ARGV: now, most, seconds until an unfinished poll is due again      Returns source ids.
local due, polling = KEYS[1] .. "due", KEYS[1] .. "polling"
local now, claimed = tonumber(ARGV[1]), {}
redis.call("ZREMRANGEBYSCORE", polling, "-inf", now)
for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, ARGV[2])) do
  local until_then = tonumber(redis.call("ZSCORE", polling, id) or 0)
  if until_then == 0 then
    until_then = now + tonumber(ARGV[3])
    redis.call("ZADD", polling, until_then, id)
    claimed[#claimed + 1] = id
  end
  redis.call("ZADD", due, until_then, id)
end
return claimed
