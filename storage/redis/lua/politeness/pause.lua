-- Pause a host that asked us to slow down.
-- args: now, host, seconds (nil when the host did not say how long); shortest and longest pause
-- Without `seconds` a pause that goes on stays as it is. A new one is twice as long each time that
-- the host asks again within `longest` of the last one's end.
-- Returns for how many seconds the host is left alone, as text.
-- include politeness/lib_pause
local host, now = args.host, args.now

local function longer_pause()
  local times = redis.call("INCR", pauses_key(host))
  local seconds = math.min(args.shortest * 2 ^ (times - 1), args.longest)
  redis.call("EXPIRE", pauses_key(host), math.floor(seconds + args.longest))
  return seconds
end

local seconds = args.seconds
if not seconds then
  local remaining = tonumber(redis.call("GET", paused_key(host)) or 0) - now
  seconds = remaining > 0 and remaining or longer_pause()
end
pause_host(host, now + seconds, now, true)
return string.format("%.17g", seconds)
