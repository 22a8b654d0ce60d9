-- A stage begins: only the lease's holder may go on, each stage once, and the deadline moves.
-- KEYS[1] prefix   ARGV: batch, stage number, stage name, now, deadline      Returns 1, or 0 when the lease is not held.
local p, batch = KEYS[1], ARGV[1]
local key = p .. "batch:" .. batch
local stage = redis.call("HGET", key, "stage")
if not stage or tonumber(stage) >= tonumber(ARGV[2]) then return 0 end
redis.call("HSET", key, "stage", ARGV[2], ARGV[3], ARGV[4], "at_work", 1)
redis.call("ZADD", p .. "leases", ARGV[5], batch)
return 1
