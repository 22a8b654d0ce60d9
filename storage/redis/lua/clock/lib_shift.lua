-- Times that lie ahead were set by a clock that has gone back by `by` seconds since. Those that lie
-- ahead by less than that had come already.
local function shift(key, now, by)
  local ahead = redis.call("ZRANGEBYSCORE", key, "(" .. string.format("%.17g", now), "+inf",
    "WITHSCORES")
  for i = 1, #ahead, 2 do
    redis.call("ZADD", key, "XX", math.max(now, tonumber(ahead[i + 1]) - by), ahead[i])
  end
  return #ahead / 2
end
