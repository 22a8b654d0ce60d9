-- Claim what is due for a request at its hub, so that two beats ask once. From now on, and for `window` seconds, the
-- hub's verification is expected: it may come before the hub has answered the request.
-- KEYS[1] prefix   ARGV: now, most, first wait, longest wait, window, callbacks' base, most attempts to unsubscribe
-- Returns tokens.
local p, now = KEYS[1], tonumber(ARGV[1])
-- include subscriptions/lib_subscriptions
local tokens = {}
for _, token in ipairs(redis.call("ZRANGEBYSCORE", p .. "subscriptions-due", "-inf", now, "LIMIT", 0, ARGV[2])) do
  local key = p .. "subscription:" .. token
  local known = redis.call("HMGET", key, "state", "lease_end", "hubs")
  local lease_end = tonumber(known[2] or 0)
  local leaves = known[1] == "unsubscribing"
  local attempts = redis.call("HINCRBY", key, "attempts", 1)
  if leaves and (lease_end <= now or attempts > tonumber(ARGV[7])) then
    forget_subscription(token)
  else
    local wait = math.min(tonumber(ARGV[3]) * 2 ^ math.min(attempts - 1, 20), tonumber(ARGV[4]))
    if lease_end > now then
      wait = math.max(math.min(wait, (lease_end - now) / 4), 5)
    elseif known[3] then
      local hubs = cjson.decode(known[3])
      redis.call("HSET", key, "hub", hubs[(attempts - 1) % #hubs + 1])
    end
    redis.call("HSET", key, "expects", leaves and "unsubscribe" or "subscribe", "expects_until", now + tonumber(ARGV[5]),
      "base", ARGV[6])
    redis.call("ZADD", p .. "subscriptions-due", now + wait, token)
    tokens[#tokens + 1] = token
  end
end
return tokens
