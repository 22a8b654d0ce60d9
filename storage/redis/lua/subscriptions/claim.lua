-- Claim what is due for a request at its hub, so that it is asked once. From now on, and for
-- `window` seconds, the hub's verification is expected: it may come before the response.
-- args: now, most, first_wait, longest_wait, window, base (of the callbacks' addresses),
--   most_attempts (to unsubscribe)
-- Returns tokens.
-- include subscriptions/lib_subscriptions
local now = args.now

-- Seconds until the request is made again, should nothing come of it.
local function wait_after(attempts, lease_end)
  local wait = math.min(args.first_wait * 2 ^ math.min(attempts - 1, 20), args.longest_wait)
  if lease_end <= now then return wait end
  return math.max(math.min(wait, (lease_end - now) / 4), 5)
end

-- Hubs are asked one after the other while none of them has confirmed.
local function choose_hub(key, hubs, attempts)
  if not hubs then return end
  local known = cjson.decode(hubs)
  redis.call("HSET", key, "hub", known[(attempts - 1) % #known + 1])
end

-- Whether there is a request to make.
local function claim(token)
  local key = subscription_key(token)
  local known = subscription_fields(token, "state", "lease_end", "hubs")
  local lease_end = tonumber(known.lease_end or 0)
  local leaves = known.state == "unsubscribing"
  local attempts = redis.call("HINCRBY", key, "attempts", 1)
  if leaves and (lease_end <= now or attempts > args.most_attempts) then
    forget_subscription(token)
    return false
  end
  if lease_end <= now then choose_hub(key, known.hubs, attempts) end
  redis.call("HSET", key, "expects", leaves and "unsubscribe" or "subscribe",
    "expects_until", now + args.window, "base", args.base)
  redis.call("ZADD", subscriptions_due_key, now + wait_after(attempts, lease_end), token)
  return true
end

local tokens = {}
local due = redis.call("ZRANGEBYSCORE", subscriptions_due_key, "-inf", now, "LIMIT", 0, args.most)
for _, token in ipairs(due) do
  if claim(token) then tokens[#tokens + 1] = token end
end
return tokens
