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

local function forget_after(id, seconds)
  redis.call("EXPIRE", url_key(id), seconds)
  redis.call("EXPIRE", trace_key(id), seconds)
end
