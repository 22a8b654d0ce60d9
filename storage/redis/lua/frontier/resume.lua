-- Lease batches again that wait for the index.
-- args: now, deadline, most (batches), ready_before (only those that may be tried again by then;
--   nil for all)
-- Returns JSON per new lease: {batch, crashes, priority, waited, urls}.
-- include frontier/lib_batch
local leases = {}

local function resume(batch)
  local ids = redis.call("SMEMBERS", batch_urls_key(batch))
  local record = redis.call("HMGET", batch_key(batch), "deaths", "priority")
  local crashes, priority = tonumber(record[1] or 0), record[2] or "bulk"
  local message = redis.call("GET", waiting_batch_key(batch))
  redis.call("DEL", batch_urls_key(batch), batch_key(batch), waiting_batch_key(batch))
  redis.call("ZREM", waiting_key, batch)
  if #ids == 0 then return end
  local again = open_batch(ids, {now = args.now, deadline = args.deadline, crashes = crashes,
    priority = priority, message = message})
  for _, id in ipairs(ids) do redis.call("HSET", url_key(id), "batch", again) end
  leases[#leases + 1] = cjson.encode({batch = again, crashes = crashes, priority = priority,
    waited = true, urls = ids})
end

local before = args.ready_before or "+inf"
for _, batch in ipairs(redis.call("ZRANGEBYSCORE", waiting_key, "-inf", before,
  "LIMIT", 0, args.most)) do
  resume(batch)
end
return leases
