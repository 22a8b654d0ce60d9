-- A request did not come through. It is tried again at the claim's time, or after the pause that was asked for.
-- KEYS[1] prefix   ARGV: token, now, error, pause ("" for none), "1" if the attempt does not count, "1" to go on unsigned
local p, token = KEYS[1], ARGV[1]
local key = p .. "subscription:" .. token
if redis.call("EXISTS", key) == 0 then return 0 end
redis.call("HSET", key, "error", ARGV[3])
if ARGV[4] ~= "" then
  redis.call("ZADD", p .. "subscriptions-due", "XX", tonumber(ARGV[2]) + tonumber(ARGV[4]), token)
end
if ARGV[5] == "1" then redis.call("HINCRBY", key, "attempts", -1) end
-- Some hubs know no secrets. One that held a subscription with a secret does.
if ARGV[6] == "1" and redis.call("HEXISTS", key, "active_since") == 0 then redis.call("HSET", key, "secret", "") end
return 1
