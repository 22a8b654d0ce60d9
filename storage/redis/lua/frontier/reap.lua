-- Take expired leases back. A batch whose worker crashed once is leased again whole, later in
-- halves, until the page that crashes its workers is alone. When that has had its crashes, its
-- batch is returned as poisoned. A batch whose message did not come in time travels as urgent from
-- now on: perhaps others overtook it all the time.
-- args: now, deadline, max_crashes, most (batches)
-- Returns JSON per new lease: {batch, crashes, priority, poisoned, waited, urls}. A batch that has
-- waited for the index still has its message.
-- include frontier/lib_ledger
-- include frontier/lib_batch
-- include frontier/lib_counters
local now = args.now
local leases = {}

-- of: crashes, priority, message (of the batch that was taken back)
local function lease(ids, of, poisoned)
  local batch = open_batch(ids, {now = now, deadline = args.deadline, crashes = of.crashes,
    priority = of.priority, poisoned = poisoned, message = of.message})
  for _, id in ipairs(ids) do
    redis.call("HSET", url_key(id), "batch", batch, "deaths", of.crashes)
    add_event(id, {at = now, event = "taken back", batch = batch, deaths = of.crashes})
  end
  leases[#leases + 1] = cjson.encode({batch = batch, crashes = of.crashes,
    priority = of.priority, poisoned = poisoned, waited = of.message and true or false,
    urls = ids})
end

local function lease_halves(ids, of)
  local half, first, second = math.floor(#ids / 2), {}, {}
  for i, id in ipairs(ids) do table.insert(i <= half and first or second, id) end
  lease(first, of, false)
  lease(second, of, false)
end

local function take_back(batch)
  local ids = redis.call("SMEMBERS", batch_urls_key(batch))
  local record = redis.call("HMGET", batch_key(batch), "deaths", "at_work", "priority")
  local crashes, priority = tonumber(record[1] or 0), record[3] or "bulk"
  -- No worker crashed of a batch that waited for its next stage: its message was lost, or is far
  -- behind in a queue.
  local crashed = record[2] == "1"
  if crashed then crashes = crashes + 1 else priority = "urgent" end
  count("taken_back", crashed and "crash" or "message")
  local message = redis.call("GET", waiting_batch_key(batch))
  local of = {crashes = crashes, priority = priority, message = message}
  redis.call("DEL", batch_urls_key(batch), batch_key(batch), waiting_batch_key(batch))
  redis.call("ZREM", leases_key, batch)
  if #ids == 1 then
    lease(ids, of, crashed and crashes >= args.max_crashes)
  elseif #ids > 1 and crashes >= 2 then
    lease_halves(ids, of)
  elseif #ids > 1 then
    lease(ids, of, false)
  end
end

local expired = redis.call("ZRANGEBYSCORE", leases_key, "-inf", now, "LIMIT", 0, args.most)
for _, batch in ipairs(expired) do take_back(batch) end
return leases
