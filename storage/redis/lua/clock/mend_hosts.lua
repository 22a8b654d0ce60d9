-- Bring back the times of hosts, after the clock was set back: delays, pauses, and slots that are
-- held. Where the time of a delay had come already it may be a new one, which is kept.
-- args: now, by (seconds), delay (seconds, the usual one), hosts
-- include clock/lib_shift
local now, by = args.now, args.by

local function mend(key)
  local at = tonumber(redis.call("GET", key) or 0)
  if at <= now then return end
  local mended = at >= now + by and at - by or math.min(at, now + args.delay)
  redis.call("SET", key, string.format("%.6f", mended), "PX",
    math.ceil(math.max(mended - now, 0) * 1000) + 1000)
end

for _, host in ipairs(args.hosts) do
  mend(next_key(host))
  mend(paused_key(host))
  mend(rest_key(host))
  shift(slots_key(host), now, by)
  -- Its expiry went by the same clock.
  local starting = starting_key(host)
  if redis.call("PTTL", starting) > by * 1000 then redis.call("DEL", starting) end
end
return #args.hosts
