-- What several scripts do with the entry of a URL.

local most_events = 50

local function add_event(id, event)
  redis.call("RPUSH", trace_key(id), cjson.encode(event))
  redis.call("LTRIM", trace_key(id), -most_events, -1)
end

local function count_state(state, change)
  redis.call("HINCRBY", totals_key, state, change)
end

local function forget_after(id, seconds)
  redis.call("EXPIRE", url_key(id), seconds)
  redis.call("EXPIRE", trace_key(id), seconds)
end
