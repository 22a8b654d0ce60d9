-- Take expired leases back. A batch that died once is leased again whole, later in halves, until the page that
-- kills its workers stands alone; that one is returned as fallen when it has had its deaths.
-- KEYS[1] prefix   ARGV: now, deadline, most deaths, most batches
-- Returns {batch, deaths, id, id, …} per new lease, with deaths = -1 where the single page has fallen.
local p, now, most_deaths = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[3])
local answers = {}

local function lease(ids, deaths, fallen)
  local batch = tostring(redis.call("INCR", p .. "epoch"))
  -- No stage may begin with a fallen page, and should the caller fall too, the next reap returns it as fallen again.
  redis.call("HSET", p .. "batch:" .. batch, "stage", fallen and 99 or 0, "at_work", fallen and 1 or 0,
    "deaths", deaths, "leased_at", now)
  redis.call("ZADD", p .. "leases", ARGV[2], batch)
  redis.call("SADD", p .. "batch-urls:" .. batch, unpack(ids))
  for _, id in ipairs(ids) do
    redis.call("HSET", p .. "url:" .. id, "batch", batch, "deaths", deaths)
    redis.call("RPUSH", p .. "trace:" .. id, cjson.encode({at = now, event = "taken back", batch = batch, deaths = deaths}))
    redis.call("LTRIM", p .. "trace:" .. id, -50, -1)
  end
  local answer = {batch, fallen and "-1" or tostring(deaths)}
  for _, id in ipairs(ids) do answer[#answer + 1] = id end
  answers[#answers + 1] = answer
end

for _, old in ipairs(redis.call("ZRANGEBYSCORE", p .. "leases", "-inf", now, "LIMIT", 0, ARGV[4])) do
  local ids = redis.call("SMEMBERS", p .. "batch-urls:" .. old)
  local record = redis.call("HMGET", p .. "batch:" .. old, "deaths", "at_work")
  local deaths = tonumber(record[1] or 0)
  -- Nobody died of a batch that waited for its next stage: its message was lost, or stands in a long queue.
  local died = record[2] == "1"
  if died then deaths = deaths + 1 end
  redis.call("DEL", p .. "batch-urls:" .. old, p .. "batch:" .. old)
  redis.call("ZREM", p .. "leases", old)
  if #ids == 1 then
    lease(ids, deaths, died and deaths >= most_deaths)
  elseif #ids > 1 and deaths >= 2 then
    local half, first, second = math.floor(#ids / 2), {}, {}
    for i, id in ipairs(ids) do
      if i <= half then first[#first + 1] = id else second[#second + 1] = id end
    end
    lease(first, deaths, false)
    lease(second, deaths, false)
  elseif #ids > 1 then
    lease(ids, deaths, false)
  end
end
return answers
