-- Drop the compact records of periods that are over, some hashes at a time.
-- args: before (the number of the first period that stays), most (hashes)
-- Returns how many hashes were dropped.
-- include ledger/lib_compact
for _, period in ipairs(all_periods()) do
  if period.number < args.before then
    -- A full Redis refuses a script only if its first write needs room.
    redis.call("HDEL", compact_periods_key, period.number)
    redis.call("HSET", compact_dropped_key, period.number, period.shards)
  end
end
local dropped, left = 0, redis.call("HGETALL", compact_dropped_key)
for i = 1, #left, 2 do
  local number, shards = left[i], tonumber(left[i + 1])
  while shards > 0 and dropped < args.most do
    shards = shards - 1
    redis.call("UNLINK", compact_key(number, shards))
    dropped = dropped + 1
  end
  if shards == 0 then
    redis.call("HDEL", compact_dropped_key, number)
  else
    redis.call("HSET", compact_dropped_key, number, shards)
  end
end
return dropped
