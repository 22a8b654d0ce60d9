-- URLs that wait. Each priority has a calendar of hosts. At a host the sources take turns, and each
-- source has a queue of its own there. A source's time in `host-sources` is that of its last turn,
-- or of its first URL where that is later: so who waited longest is next.
local calendars = {urgent = urgent_hosts_key, bulk = hosts_key}

-- Stands for the source of a queue that an earlier release has written.
local earlier = "(earlier)"

local function queue_of(priority, source, host)
  if source == earlier then return queue_key(host) end
  return host_queue_key(priority, source, host)
end

local function rests_until(host)
  return tonumber(redis.call("GET", rest_key(host)) or 0)
end

-- The key of the sources that have a queue at a host; what an earlier release has left is one.
local function sources_at(priority, host)
  local sources = host_sources_key(priority, host)
  if priority == "bulk" then
    local first = redis.call("ZRANGE", queue_key(host), 0, 0, "WITHSCORES")
    if first[1] then redis.call("ZADD", sources, "NX", first[2], earlier) end
  end
  return sources
end

-- Set when a source is next at a host; `turn` is when it was last.
local function set_turn(priority, source, host, turn)
  local sources = host_sources_key(priority, host)
  local first = redis.call("ZRANGE", queue_of(priority, source, host), 0, 0, "WITHSCORES")
  if first[1] then
    redis.call("ZADD", sources, math.max(turn, tonumber(first[2])), source)
  else
    redis.call("ZREM", sources, source)
  end
end

-- Set when the next URL of a priority may be leased at a host, in the order of its sources' turns.
local function set_due(priority, host)
  local first = redis.call("ZRANGE", sources_at(priority, host), 0, 0, "WITHSCORES")
  if first[1] then
    local at = math.max(tonumber(first[2]), rests_until(host))
    redis.call("ZADD", calendars[priority], at, host)
  else
    redis.call("ZREM", calendars[priority], host)
  end
end

local function enqueue(priority, source, host, id, at)
  redis.call("ZADD", host_queue_key(priority, source, host), at, id)
  redis.call("ZADD", host_sources_key(priority, host), "LT", at, source)
  redis.call("ZADD", calendars[priority], "LT", math.max(at, rests_until(host)), host)
end

-- A URL that waits as bulk is urgent from now on; the time from which it may be fetched stays.
local function promote(source, host, id)
  for _, each in ipairs({source, earlier}) do
    local queue = queue_of("bulk", each, host)
    local at = redis.call("ZSCORE", queue, id)
    if at then
      local turn = redis.call("ZSCORE", host_sources_key("bulk", host), each)
      redis.call("ZREM", queue, id)
      set_turn("bulk", each, host, tonumber(turn or 0))
      set_due("bulk", host)
      enqueue("urgent", source, host, id, tonumber(at))
      return
    end
  end
end
