-- A subscription is a hash by its callback's token. `subscriptions` has the token of each source,
-- `subscriptions-due` the time of each token's next request.

-- The fields of a subscription by name; nil where one is not set.
local function subscription_fields(token, ...)
  local values, fields = redis.call("HMGET", subscription_key(token), ...), {}
  for i, name in ipairs({...}) do fields[name] = values[i] or nil end
  return fields
end

local function forget_subscription(token)
  local source = redis.call("HGET", subscription_key(token), "source")
  if source and redis.call("HGET", subscriptions_key, source) == token then
    redis.call("HDEL", subscriptions_key, source)
  end
  redis.call("DEL", subscription_key(token))
  redis.call("ZREM", subscriptions_due_key, token)
end

local function subscription_holds(token, now)
  local known = subscription_fields(token, "state", "lease_end")
  return known.state == "active" and tonumber(known.lease_end) > now
end
