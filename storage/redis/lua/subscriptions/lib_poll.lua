-- Poll a source sooner than planned, never later. One that is not on the calendar stays off it.
local function poll_source(source, at)
  redis.call("ZADD", due_key, "XX", "LT", at, source)
end
