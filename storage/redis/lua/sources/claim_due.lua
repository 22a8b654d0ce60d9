-- Claim the sources that are due, so that each is polled once at a time. One that a hint made due
-- during its poll waits until that ends, or its claim lapses.
-- args: now, most, again (seconds until a poll that does not end is due again)
-- Returns source ids.
local now, claimed = args.now, {}
redis.call("ZREMRANGEBYSCORE", polling_key, "-inf", now)
for _, id in ipairs(redis.call("ZRANGEBYSCORE", due_key, "-inf", now, "LIMIT", 0, args.most)) do
  local claimed_until = tonumber(redis.call("ZSCORE", polling_key, id) or 0)
  if claimed_until == 0 then
    claimed_until = now + args.again
    redis.call("ZADD", polling_key, claimed_until, id)
    claimed[#claimed + 1] = id
  end
  redis.call("ZADD", due_key, claimed_until, id)
end
return claimed
