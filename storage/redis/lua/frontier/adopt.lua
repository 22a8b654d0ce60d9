-- The index has an article that the ledger does not have as indexed: take it over into the ledger.
-- A URL in flight is left alone: its visit ends by itself. So is a dead letter: a person decides.
-- args: now, id, host, link (JSON), found_at, outcome (JSON), remember (seconds)
-- Returns 1, or 0 when nothing was to be done.
-- include frontier/lib_ledger
local key = url_key(args.id)
local known = redis.call("HMGET", key, "state", "outcome")
local state = known[1]
if state and state ~= "rejected" and state ~= "duplicate" then return 0 end
if not state then
  redis.call("HSET", key, "host", args.host, "link", args.link, "found_at", args.found_at,
    "changed_at", 0, "attempts", 0, "deaths", 0, "visits", 1)
  count_state("accepted", 1)
else
  if state == "rejected" then count_reason(known[2], -1) end
  count_state(state, -1)
end
redis.call("HSET", key, "state", "indexed", "outcome", args.outcome, "ended_at", args.now)
count_state("indexed", 1)
add_event(args.id, {at = args.now, event = "reconciled", outcome = args.outcome})
forget_after(args.id, args.remember)
return 1
