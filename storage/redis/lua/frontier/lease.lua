-- Lease ready URLs of one priority into one batch: urgent ones first. After `urgent_in_a_row` of
-- these, bulk URLs that are ready have a turn, in a batch that travels as an urgent one.
-- Hosts take turns in the order of their calendar, which has for each the time of its first URL,
-- but not before its `rest` is over (the delay after a lease, or a pause that the host asked for).
-- args: now, most (URLs), deadline, default_delay, horizon (seconds until the next call),
--   max_batches (under way, for one more bulk batch), most_batches (for one more urgent batch),
--   urgent_in_a_row, undelayed_host (its pages are not fetched)
-- Returns nil, or JSON: {batch, priority, urls}.
-- include frontier/lib_ledger
-- include frontier/lib_batch
-- include frontier/lib_queue
local now = args.now
local most_hosts = 200

local function delay_of(host)
  if host == args.undelayed_host then return 0 end
  return tonumber(redis.call("HGET", delays_key, host) or args.default_delay)
end

local function how_many(delay, room)
  if delay <= 0 then return room end
  return math.min(room, math.max(1, math.floor(args.horizon / delay)))
end

-- Take up to `most` ready URLs out of a source's queue; returns how many.
local function take_of_source(priority, source, host, most, ids)
  local queue = queue_of(priority, source, host)
  local ready = redis.call("ZRANGEBYSCORE", queue, "-inf", now, "LIMIT", 0, most)
  for _, id in ipairs(ready) do
    ids[#ids + 1] = id
    redis.call("ZREM", queue, id)
  end
  set_turn(priority, source, host, now)
  return #ready
end

-- Take up to `room` ready URLs of a host, as many of each source; returns how many. A source that
-- has none is due later then, so that this ends.
local function take_by_turns(priority, host, room, ids)
  local left = room
  while left > 0 do
    local sources = redis.call("ZRANGEBYSCORE", sources_at(priority, host), "-inf", now,
      "LIMIT", 0, left)
    if #sources == 0 then break end
    local share = math.floor(left / #sources)
    for _, source in ipairs(sources) do
      left = left - take_of_source(priority, source, host, share, ids)
    end
  end
  return room - left
end

-- Take up to `room` URLs of a host and set when its next one may be leased.
local function take(priority, host, room, ids)
  local delay = delay_of(host)
  local rest = delay * take_by_turns(priority, host, how_many(delay, room), ids)
  if rest > 0 then
    redis.call("SET", rest_key(host), now + rest, "PX", math.ceil(rest * 1000) + 1000)
  end
  set_due("urgent", host)
  set_due("bulk", host)
end

local function collect(priority, most)
  local ids = {}
  local hosts = redis.call("ZRANGEBYSCORE", calendars[priority], "-inf", now, "LIMIT", 0,
    most_hosts)
  for _, host in ipairs(hosts) do
    if #ids >= most then break end
    take(priority, host, most - #ids, ids)
  end
  return ids
end

-- Bulk URLs, when it is their turn. It stays theirs until a host of theirs may be asked.
local function collect_in_turn()
  local in_a_row = tonumber(redis.call("GET", urgent_in_a_row_key) or 0)
  local turns = math.floor(in_a_row / args.urgent_in_a_row)
  if turns == 0 then return {} end
  local ids = collect("bulk", math.min(turns, args.most))
  if #ids > 0 then redis.call("DEL", urgent_in_a_row_key) end
  return ids
end

local function collect_urgent()
  -- Asked first: a host that both wait for rests afterwards.
  local bulk_is_ready = redis.call("ZCOUNT", hosts_key, "-inf", now) > 0
  local ids = collect("urgent", args.most)
  if #ids > 0 and bulk_is_ready then redis.call("INCRBY", urgent_in_a_row_key, #ids) end
  return ids
end

-- URLs for a batch, and the priority by which it travels. What waits for the index counts as under
-- way too: while the index is away, only so much is fetched for it.
local function collect_next()
  local under_way = redis.call("ZCARD", leases_key) + redis.call("ZCARD", waiting_key)
  if under_way >= args.most_batches then return {} end
  local ids = collect_in_turn()
  if #ids == 0 then ids = collect_urgent() end
  if #ids > 0 then return ids, "urgent" end
  if under_way >= args.max_batches then return {} end
  return collect("bulk", args.most), "bulk"
end

local ids, priority = collect_next()
if #ids == 0 then return nil end
local batch = open_batch(ids,
  {now = now, deadline = args.deadline, crashes = 0, priority = priority})
for _, id in ipairs(ids) do
  redis.call("HSET", url_key(id), "state", "leased", "batch", batch)
  redis.call("HINCRBY", url_key(id), "attempts", 1)
end
count_state("queued", -#ids)
count_state("leased", #ids)
return cjson.encode({batch = batch, priority = priority, urls = ids})
