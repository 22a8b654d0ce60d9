-- A URL waits at its host, and `hosts` has the time from which the host's first URL may be leased.
local function enqueue(host, id, at)
  redis.call("ZADD", queue_key(host), at, id)
  local rests_until = tonumber(redis.call("GET", rest_key(host)) or 0)
  redis.call("ZADD", hosts_key, "LT", math.max(at, rests_until), host)
end
