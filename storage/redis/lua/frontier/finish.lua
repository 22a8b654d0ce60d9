-- Write outcomes of a batch's URLs. What the batch no longer holds is left alone.
-- args: batch, now; outcomes, each with id, kind, outcome (JSON); and for a retry ready_at, counts
--   (it was an attempt), and host_wide (the host's other URLs wait as well); counts by field, and
--   delay_bounds, for the metrics
-- Returns how many outcomes were written.
-- include frontier/lib_ledger
-- include frontier/lib_stages
-- include politeness/lib_pause
-- include frontier/lib_queue
-- include frontier/lib_counters
local batch, now = args.batch, args.now
local members = batch_urls_key(batch)

local function pause(host, until_then, requested)
  for _, calendar in pairs(calendars) do
    redis.call("ZADD", calendar, "XX", "GT", until_then, host)
  end
  move_later(rest_key(host), until_then, now)
  pause_host(host, until_then, now, requested)
end

local function retry(one, host)
  local entry = redis.call("HMGET", url_key(one.id), "priority", "link")
  local source = cjson.decode(entry[2]).source
  redis.call("HSET", url_key(one.id), "state", "queued", "outcome", one.outcome)
  if not one.counts then redis.call("HINCRBY", url_key(one.id), "attempts", -1) end
  -- What does not count as an attempt was not asked for by the server: no slot came free in time.
  if one.host_wide then pause(host, one.ready_at, one.counts) end
  enqueue(entry[1] or "bulk", source, host, one.id, one.ready_at)
  return "queued"
end

local function finish(one, prior, prior_outcome, found_at)
  local state, outcome = one.kind, one.outcome
  -- A later visit that brings nothing leaves the article that is already searchable.
  if prior == "indexed" and state ~= "indexed" then
    state, outcome = "indexed", prior_outcome or outcome
  end
  redis.call("HSET", url_key(one.id), "state", state, "outcome", outcome, "ended_at", now)
  redis.call("HDEL", url_key(one.id), "prior", "prior_outcome")
  if state == "indexed" and not prior then count_delay(now - found_at, args.delay_bounds) end
  if state == "rejected" then count_reason(outcome, 1) end
  if state == "dead" then
    redis.call("ZADD", dead_key, now, one.id)
  else
    list_ended(one.id, now)
  end
  return state
end

for field, by in pairs(args.counts) do redis.call("HINCRBY", counters_key, field, by) end
local times, written = end_stage(batch), 0
for _, one in ipairs(args.outcomes) do
  if redis.call("SREM", members, one.id) == 1 then
    local entry = redis.call("HMGET", url_key(one.id), "host", "prior", "prior_outcome",
      "found_at")
    redis.call("HDEL", url_key(one.id), "batch")
    count_outcome(one.kind, one.outcome)
    local state
    if one.kind == "retry" then
      state = retry(one, entry[1])
    else
      state = finish(one, entry[2], entry[3], tonumber(entry[4]))
    end
    count_state("leased", -1)
    count_state(state, 1)
    add_event(one.id,
      {at = now, event = one.kind, batch = batch, stages = times, outcome = one.outcome})
    written = written + 1
  end
end
if written > 0 and redis.call("SCARD", members) == 0 then
  redis.call("DEL", batch_key(batch), waiting_batch_key(batch))
  redis.call("ZREM", leases_key, batch)
  redis.call("ZREM", waiting_key, batch)
end
return written
