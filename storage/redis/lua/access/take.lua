-- Count a request of a caller, if it is allowed.
-- args: now, caller, every (seconds that one request stands for), window (seconds), cost (requests)
-- The key holds the time at which all that was counted will have passed.
-- Returns, as text, {seconds until it is allowed (0 when it was); seconds that are counted}.
local now, key = args.now, rate_key(args.caller)
local busy = tonumber(redis.call("GET", key) or 0) - now
-- More than a window can only come from a clock that was set back.
if busy < 0 or busy > args.window + 1 then busy = 0 end
local after = busy + args.every * args.cost
local late = after - args.window
if late > 1e-6 then
  return {string.format("%.6f", late), string.format("%.6f", busy)}
end
redis.call("SET", key, string.format("%.6f", now + after), "PX", math.ceil(after * 1000))
return {"0", string.format("%.6f", after)}
