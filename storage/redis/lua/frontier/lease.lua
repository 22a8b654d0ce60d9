-- Lease ready URLs into one batch. Hosts take turns in the order of `hosts`, which has for each the
-- time of its first URL, but not before its `rest` is over (the delay after a lease, or a pause
-- that the host asked for).
-- args: now, most (URLs), deadline, default_delay, horizon (seconds until the next call),
--   max_batches, undelayed_host (its pages are not fetched)
-- Returns nil, or JSON: {batch, urls}.
-- include frontier/lib_ledger
-- include frontier/lib_batch
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

-- Take up to `room` URLs of a host and set when its next one may be leased.
local function take(host, room, ids)
  local queue, delay = queue_key(host), delay_of(host)
  local ready = redis.call("ZRANGEBYSCORE", queue, "-inf", now, "LIMIT", 0, how_many(delay, room))
  for _, id in ipairs(ready) do
    ids[#ids + 1] = id
    redis.call("ZREM", queue, id)
  end
  local rest = delay * #ready
  if rest > 0 then
    redis.call("SET", rest_key(host), now + rest, "PX", math.ceil(rest * 1000) + 1000)
  end
  local first = redis.call("ZRANGE", queue, 0, 0, "WITHSCORES")
  if first[1] then
    redis.call("ZADD", hosts_key, math.max(now + rest, tonumber(first[2])), host)
  else
    redis.call("ZREM", hosts_key, host)
  end
end

-- What waits for the index counts too: while the index is away, nothing more is fetched for it.
local under_way = redis.call("ZCARD", leases_key) + redis.call("ZCARD", waiting_key)
if under_way >= args.max_batches then return nil end
local ids = {}
local hosts = redis.call("ZRANGEBYSCORE", hosts_key, "-inf", now, "LIMIT", 0, most_hosts)
for _, host in ipairs(hosts) do
  if #ids >= args.most then break end
  take(host, args.most - #ids, ids)
end
if #ids == 0 then return nil end
local batch = open_batch(ids, {now = now, deadline = args.deadline, crashes = 0})
for _, id in ipairs(ids) do
  redis.call("HSET", url_key(id), "state", "leased", "batch", batch)
  redis.call("HINCRBY", url_key(id), "attempts", 1)
end
count_state("queued", -#ids)
count_state("leased", #ids)
return cjson.encode({batch = batch, urls = ids})
