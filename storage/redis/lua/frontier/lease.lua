-- Lease ready URLs into one batch; hosts take turns in the order they may be fetched: `hosts` has for each the time
-- of its first URL, but not before its `rest` is over (the delay after a lease, or a pause that the host asked for).
-- KEYS[1] prefix   ARGV: now, most URLs, deadline, default delay, horizon, most batches
-- Returns {} or {batch, id, id, …}. The batch number is the lease's epoch: it only grows, and fences later stages.
local p, now, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local default_delay, horizon = tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call("ZCARD", p .. "leases") >= tonumber(ARGV[6]) then return {} end
local ids = {}
local hosts = redis.call("ZRANGEBYSCORE", p .. "hosts", "-inf", now, "LIMIT", 0, 200)
for _, host in ipairs(hosts) do
  if #ids >= most then break end
  local queue = p .. "queue:" .. host
  local delay = tonumber(redis.call("HGET", p .. "delays", host) or default_delay)
  if host == "(import)" then delay = 0 end
  local room = most - #ids
  if delay > 0 then room = math.min(room, math.max(1, math.floor(horizon / delay))) end
  local ready = redis.call("ZRANGEBYSCORE", queue, "-inf", now, "LIMIT", 0, room)
  for _, id in ipairs(ready) do
    ids[#ids + 1] = id
    redis.call("ZREM", queue, id)
  end
  if #ready > 0 and delay > 0 then
    redis.call("SET", p .. "rest:" .. host, now + delay * #ready, "PX", math.ceil(delay * #ready * 1000) + 1000)
  end
  local first = redis.call("ZRANGE", queue, 0, 0, "WITHSCORES")
  if first[1] then
    redis.call("ZADD", p .. "hosts", math.max(now + delay * #ready, tonumber(first[2])), host)
  else
    redis.call("ZREM", p .. "hosts", host)
  end
end
if #ids == 0 then return {} end
local batch = tostring(redis.call("INCR", p .. "epoch"))
redis.call("HSET", p .. "batch:" .. batch, "stage", 0, "deaths", 0, "leased_at", now)
redis.call("ZADD", p .. "leases", ARGV[3], batch)
redis.call("SADD", p .. "batch-urls:" .. batch, unpack(ids))
for _, id in ipairs(ids) do
  local key = p .. "url:" .. id
  redis.call("HSET", key, "state", "leased", "batch", batch)
  redis.call("HINCRBY", key, "attempts", 1)
end
redis.call("HINCRBY", p .. "totals", "queued", -#ids)
redis.call("HINCRBY", p .. "totals", "leased", #ids)
table.insert(ids, 1, batch)
return ids
