-- Counters for the metrics; storage/redis/health/counters.py names and reads them.
local function count(...)
  redis.call("HINCRBY", counters_key, table.concat({...}, ":"), 1)
end

local function count_outcome(kind, outcome)
  local told = cjson.decode(outcome)
  local why = told.reason or told.rule or told.fault
  count("outcomes", kind, type(why) == "string" and why or "")
end

-- An article's way from its acceptance into the index, as a histogram.
local function count_delay(seconds, bounds)
  local le = "+Inf"
  for i = #bounds, 1, -1 do
    if seconds <= bounds[i] then le = string.format("%g", bounds[i]) end
  end
  count("indexing_delay", "le", le)
  redis.call("HINCRBY", counters_key, "indexing_delay:sum_us", math.floor(seconds * 1000000))
end
