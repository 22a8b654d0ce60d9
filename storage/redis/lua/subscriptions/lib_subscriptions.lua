-- A subscription is a hash by its callback's token; `subscriptions` has the token of each source, `subscriptions-due`
-- when each token has something to do.
local function forget_subscription(token)
  local key = p .. "subscription:" .. token
  local source = redis.call("HGET", key, "source")
  if source and redis.call("HGET", p .. "subscriptions", source) == token then
    redis.call("HDEL", p .. "subscriptions", source)
  end
  redis.call("DEL", key)
  redis.call("ZREM", p .. "subscriptions-due", token)
end

local function subscription_holds(token, now)
  local known = redis.call("HMGET", p .. "subscription:" .. token, "state", "lease_end")
  return known[1] == "active" and tonumber(known[2]) > now
end

-- The hub is told so where it knows of the subscription; else there is nothing to tell.
local function leave_subscription(token, now)
  local key = p .. "subscription:" .. token
  if not subscription_holds(token, now) then return forget_subscription(token) end
  redis.call("HDEL", p .. "subscriptions", redis.call("HGET", key, "source"))
  redis.call("HSET", key, "state", "unsubscribing", "attempts", 0, "expects", "")
  redis.call("ZADD", p .. "subscriptions-due", now, token)
end

-- Sooner than its calendar says, never later; a source that is not on the calendar stays off it.
local function poll_source(source, at)
  redis.call("ZADD", p .. "due", "XX", "LT", at, source)
end
