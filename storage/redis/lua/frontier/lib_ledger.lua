-- What several scripts do with the entry of a URL.

local most_events = 50

local function add_event(id, event)
  redis.call("RPUSH", trace_key(id), cjson.encode(event))
  redis.call("LTRIM", trace_key(id), -most_events, -1)
end

local function count_state(state, change)
  redis.call("HINCRBY", totals_key, state, change)
end

-- A URL is rejected (change 1), or visited again after it was (change -1).
local function count_reason(outcome, change)
  local reason = outcome and cjson.decode(outcome).reason
  if reason then redis.call("HINCRBY", reasons_key, reason, change) end
end

local function last_ending()
  return tonumber(redis.call("GET", ending_key) or 0)
end

local function see_ending(ending)
  if ending > last_ending() then redis.call("SET", ending_key, string.format("%.0f", ending)) end
end

-- An entry that has ended is to be archived. The number of its end is greater than that of each one
-- before, also when the clock was set back, or (about microseconds) when Redis was lost.
local function list_ended(id, now)
  local ending = math.max(last_ending() + 1, math.floor(now * 1000000))
  see_ending(ending)
  redis.call("ZADD", ended_key, string.format("%.0f", ending), id)
end
