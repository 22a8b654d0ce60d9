-- The index has an article that the ledger does not have as indexed: take it over into the ledger.
-- A URL in flight is left alone: its visit ends by itself. So is a dead letter: a person decides.
-- args: now, id, host, link (JSON), found_at, outcome (JSON)
-- Returns 1, or 0 when nothing was to be done.
-- include frontier/lib_ledger
-- include ledger/lib_compact
local key = url_key(args.id)
local known = redis.call("HMGET", key, "state", "outcome")
local state, outcome = known[1], known[2]
local cold = not state and compact_find(args.id)
if cold then state, outcome = cold.state, cold.outcome end
if state and state ~= "rejected" and state ~= "duplicate" then return 0 end

-- Its entry is in the archive, or it has none.
local function make_entry()
  local before = cold or {found_at = args.found_at, changed_at = 0, visits = 1}
  redis.call("HSET", key, "host", args.host, "link", args.link, "found_at", before.found_at,
    "changed_at", before.changed_at, "attempts", 0, "deaths", 0, "visits", before.visits)
end

if not known[1] then make_entry() end
if cold then
  redis.call("HSET", key, "archived", 1)
  compact_remove(args.id, cold.period)
end
if state then
  if state == "rejected" then count_reason(outcome, -1) end
  count_state(state, -1)
else
  count_state("accepted", 1)
end
redis.call("HSET", key, "state", "indexed", "outcome", args.outcome, "ended_at", args.now)
count_state("indexed", 1)
add_event(args.id, {at = args.now, event = "reconciled", outcome = args.outcome})
list_ended(args.id, args.now)
return 1
