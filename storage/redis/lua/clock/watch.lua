-- Keep the latest time that was seen. When the clock was set back, bring all due times back with
-- it: polls and the claims on them, retries, leases, what waits for the index, subscriptions.
-- args: now, tolerance (seconds by which clocks of several machines may differ)
-- Returns {seconds by which it was set back, as text; times that were mended}.
-- include clock/lib_shift
-- include frontier/lib_queue
local now = args.now
local seen = tonumber(redis.call("GET", clock_key) or 0)
if now >= seen - args.tolerance then
  redis.call("SET", clock_key, string.format("%.6f", math.max(now, seen)))
  return {"0", 0}
end
local by, mended = seen - now, 0
redis.call("SET", clock_key, string.format("%.6f", now))
for priority, calendar in pairs(calendars) do
  for _, host in ipairs(redis.call("ZRANGE", calendar, 0, -1)) do
    local sources = sources_at(priority, host)
    for _, source in ipairs(redis.call("ZRANGE", sources, 0, -1)) do
      mended = mended + shift(queue_of(priority, source, host), now, by)
    end
    shift(sources, now, by)
  end
end
for _, key in ipairs({due_key, polling_key, leases_key, waiting_key, hosts_key, urgent_hosts_key,
  subscriptions_due_key}) do
  mended = mended + shift(key, now, by)
end
return {string.format("%.6f", by), mended}
