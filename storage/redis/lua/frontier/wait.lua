-- A batch waits for the index: its lease ends, and what the index stage has to write is kept.
-- args: batch, now, ready_at, outcome (JSON, the first time for its URLs); ARGV[2]: the message
-- Returns 1, or 0 when the lease is not held.
-- include frontier/lib_ledger
-- include frontier/lib_stages
local batch = args.batch
if redis.call("ZREM", leases_key, batch) == 0 then return 0 end
local times = end_stage(batch)
if redis.call("HEXISTS", batch_key(batch), "waited") == 0 then
  for _, id in ipairs(redis.call("SMEMBERS", batch_urls_key(batch))) do
    redis.call("HSET", url_key(id), "outcome", args.outcome)
    add_event(id, {at = args.now, event = "retry", batch = batch, stages = times,
      outcome = args.outcome})
  end
end
redis.call("SET", waiting_batch_key(batch), ARGV[2])
redis.call("ZADD", waiting_key, args.ready_at, batch)
return 1
