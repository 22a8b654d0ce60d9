-- Lease URLs as a new batch and return its number. The number is the lease's epoch (a fencing
-- token): it only grows, and late messages of earlier leases are refused by it.
-- options: now, deadline, crashes, priority, poisoned (no stage may begin with it), message (what
--   the index stage has to write, of a batch that has waited for the index)
local function open_batch(ids, options)
  local batch = tostring(redis.call("INCR", epoch_key))
  redis.call("HSET", batch_key(batch), "stage", 0, "deaths", options.crashes,
    "leased_at", options.now, "priority", options.priority)
  if options.poisoned then
    -- Counted as at work: should the caller crash as well, the batch is returned as poisoned again.
    redis.call("HSET", batch_key(batch), "poisoned", 1, "at_work", 1)
  end
  if options.message then
    redis.call("HSET", batch_key(batch), "waited", 1)
    redis.call("SET", waiting_batch_key(batch), options.message)
  end
  redis.call("ZADD", leases_key, options.deadline, batch)
  redis.call("SADD", batch_urls_key(batch), unpack(ids))
  return batch
end
