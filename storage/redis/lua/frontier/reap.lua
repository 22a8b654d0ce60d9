-- Take expired leases back. A batch whose worker crashed once is leased again whole, later in
-- halves, until the page that crashes its workers is alone. When that has had its crashes, its
-- batch is returned as poisoned.
-- args: now, deadline, max_crashes, most (batches)
-- Returns JSON per new lease: {batch, crashes, poisoned, waited, urls}. A batch that has waited for
-- the index still has its message.
-- include frontier/lib_ledger
-- include frontier/lib_batch
-- include frontier/lib_counters
local now = args.now
local leases = {}

local function lease(ids, crashes, poisoned, message)
  local batch = open_batch(ids, {now = now, deadline = args.deadline, crashes = crashes,
    poisoned = poisoned, message = message})
  for _, id in ipairs(ids) do
    redis.call("HSET", url_key(id), "batch", batch, "deaths", crashes)
    add_event(id, {at = now, event = "taken back", batch = batch, deaths = crashes})
  end
  leases[#leases + 1] = cjson.encode({batch = batch, crashes = crashes, poisoned = poisoned,
    waited = message and true or false, urls = ids})
end

local function lease_halves(ids, crashes, message)
  local half, first, second = math.floor(#ids / 2), {}, {}
  for i, id in ipairs(ids) do table.insert(i <= half and first or second, id) end
  lease(first, crashes, false, message)
  lease(second, crashes, false, message)
end

local function take_back(batch)
  local ids = redis.call("SMEMBERS", batch_urls_key(batch))
  local record = redis.call("HMGET", batch_key(batch), "deaths", "at_work")
  local crashes = tonumber(record[1] or 0)
  -- No worker crashed of a batch that waited for its next stage: its message was lost, or is far
  -- behind in a queue.
  local crashed = record[2] == "1"
  if crashed then crashes = crashes + 1 end
  count("taken_back", crashed and "crash" or "message")
  local message = redis.call("GET", waiting_batch_key(batch))
  redis.call("DEL", batch_urls_key(batch), batch_key(batch), waiting_batch_key(batch))
  redis.call("ZREM", leases_key, batch)
  if #ids == 1 then
    lease(ids, crashes, crashed and crashes >= args.max_crashes, message)
  elseif #ids > 1 and crashes >= 2 then
    lease_halves(ids, crashes, message)
  elseif #ids > 1 then
    lease(ids, crashes, false, message)
  end
end

local expired = redis.call("ZRANGEBYSCORE", leases_key, "-inf", now, "LIMIT", 0, args.most)
for _, batch in ipairs(expired) do take_back(batch) end
return leases
