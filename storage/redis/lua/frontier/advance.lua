-- A stage begins. Only the lease's holder may go on, each stage once, and the deadline moves.
-- args: batch, stage (its number), name, now, deadline
-- Counts the URLs that begin the stage, for ever and in this minute (for two hours).
-- Returns 1, or 0 when the lease is not held.
local known = redis.call("HMGET", batch_key(args.batch), "stage", "poisoned")
local stage = known[1]
if not stage or known[2] or tonumber(stage) >= args.stage then return 0 end
redis.call("HSET", batch_key(args.batch), "stage", args.stage, args.name, args.now, "at_work", 1)
redis.call("ZADD", leases_key, args.deadline, args.batch)
local minute = stage_rates_key(math.floor(args.now / 60))
local urls = redis.call("SCARD", batch_urls_key(args.batch))
redis.call("HINCRBY", minute, args.name, urls)
redis.call("HINCRBY", counters_key, "stage_urls:" .. args.name, urls)
redis.call("EXPIRE", minute, 7200)
return 1
