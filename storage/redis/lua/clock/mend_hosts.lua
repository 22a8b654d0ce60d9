-- Bring back the times of hosts, after the clock was set back: delays, pauses, and slots that are
-- held. Where the time of a delay had come already it may be a new one, which is kept.
-- args: now, by (seconds), delay (seconds, the usual one), longest (seconds, of a pause), hosts
-- include clock/lib_shift
local now, by = args.now, args.by

local function keep_until(key, at)
  redis.call("SET", key, string.format("%.6f", at), "PX",
    math.ceil(math.max(at - now, 0) * 1000) + 1000)
end

-- A pause may also come from a machine whose clock was right, and is never made shorter than the
-- host asked for. Its expiry, which is a second later, says how much of it is left.
-- Returns until when the host is paused.
local function mend_pause(host)
  local key = paused_key(host)
  local at = tonumber(redis.call("GET", key) or 0)
  if at <= now then return now end
  local left = math.max(redis.call("PTTL", key) / 1000 - 1, 0)
  local mended = math.min(at, now + math.min(left, args.longest))
  keep_until(key, mended)
  return mended
end

local function mend(key, not_before)
  local at = tonumber(redis.call("GET", key) or 0)
  if at <= now then return end
  local mended = at >= now + by and at - by or math.min(at, now + args.delay)
  keep_until(key, math.max(mended, not_before))
end

for _, host in ipairs(args.hosts) do
  local paused_until = mend_pause(host)
  mend(next_key(host), paused_until)
  mend(rest_key(host), now)
  shift(slots_key(host), now, by)
  -- Its expiry went by the same clock.
  local starting = starting_key(host)
  if redis.call("PTTL", starting) > by * 1000 then redis.call("DEL", starting) end
end
return #args.hosts
