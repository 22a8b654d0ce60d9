-- Take links into the frontier. Each URL is accepted once. One that has ended is reopened when it
-- changed. A URL that was rejected or dead gets two more tries when another address of the same
-- page is announced (an AMP page, or a link without the bracket that was behind the first one).
-- args: now; priority (of the links), promotes (those that wait as bulk become urgent); reopen (a
--   person asks); lost (the index has lost the articles, so that a visit that
--   brings nothing leaves none); links, each with id, host, link (JSON), changed_at,
--   date_is_of_change (a later date means that the page has changed), names_no_source (a person
--   gave it, so a known URL stays its source's), and archived (JSON, the link of the visit before,
--   where its entry is in the archive)
-- Returns one word per link: accepted, reopened, known.
-- include frontier/lib_ledger
-- include frontier/lib_queue
-- include ledger/lib_compact
local now = args.now
local most_visits_elsewhere = 3

local function last_change(known)
  local changed = tonumber(known.changed_at or 0)
  if changed > 0 then return changed end
  -- A URL that came without a date has not changed since it was found, unless a date says so.
  return tonumber(known.found_at or 0)
end

local function announced_elsewhere(known, link)
  local failed = known.state == "rejected" or known.state == "dead"
  if not failed or tonumber(known.visits or 1) >= most_visits_elsewhere then return false end
  local visited = known.address or address_digest(cjson.decode(known.link).url)
  return visited ~= address_digest(cjson.decode(link.link).url)
end

local function to_reopen(known, link)
  if known.state == "queued" or known.state == "leased" then return false end
  if args.reopen or announced_elsewhere(known, link) then return true end
  return link.date_is_of_change and link.changed_at > last_change(known)
end

-- The link of the next visit: what the source announced, at the address that the person gave.
local function link_of_visit(known, link)
  local before = known.link or link.archived
  if not (link.names_no_source and before) then return link.link end
  local announced, given = cjson.decode(before), cjson.decode(link.link)
  announced.url, announced.asked_by = given.url, given.found_by
  return cjson.encode(announced)
end

local function accept(link)
  redis.call("HSET", url_key(link.id), "host", link.host, "link", link.link, "found_at", now,
    "changed_at", link.changed_at, "state", "queued", "priority", args.priority, "attempts", 0,
    "deaths", 0, "visits", 1)
  count_state("accepted", 1)
end

local function reopen(known, link, visited)
  local key = url_key(link.id)
  if known.state == "rejected" then count_reason(known.outcome, -1) end
  redis.call("HSET", key, "host", link.host, "link", visited, "found_at", known.found_at,
    "changed_at", math.max(link.changed_at, tonumber(known.changed_at)), "state", "queued",
    "priority", args.priority, "attempts", 0, "deaths", 0, "visits", known.visits + 1,
    "prior", args.lost and "lost" or known.state)
  redis.call("HDEL", key, "outcome", "prior_outcome", "ended_at")
  if known.outcome then redis.call("HSET", key, "prior_outcome", known.outcome) end
  redis.call("PERSIST", key)
  redis.call("PERSIST", trace_key(link.id))
  redis.call("ZREM", dead_key, link.id)
  redis.call("ZREM", ended_key, link.id)
  redis.call("HDEL", unreadable_key, link.id)
  if known.period then
    redis.call("HSET", key, "archived", 1)
    compact_remove(link.id, known.period)
  end
  count_state(known.state, -1)
end

-- A URL that waits or is leased as bulk is urgent from now on.
local function make_urgent(id, known)
  local key = url_key(id)
  local entry = redis.call("HMGET", key, "priority", "host")
  if entry[1] == "urgent" then return end
  redis.call("HSET", key, "priority", "urgent")
  if known.state == "queued" then promote(cjson.decode(known.link).source, entry[2], id) end
end

-- What is known of a URL: its entry, else its compact record, else nil.
local function find(id)
  local found = redis.call("HMGET", url_key(id), "state", "changed_at", "visits", "link",
    "found_at", "outcome")
  if not found[1] then return compact_find(id) end
  return {state = found[1], changed_at = found[2], visits = found[3], link = found[4],
    found_at = found[5], outcome = found[6]}
end

local function take(link)
  local known, answer = find(link.id), "known"
  local visited = link.link
  if not known then
    answer = "accepted"
    accept(link)
  elseif to_reopen(known, link) then
    answer = "reopened"
    visited = link_of_visit(known, link)
    reopen(known, link, visited)
  elseif args.promotes and (known.state == "queued" or known.state == "leased") then
    make_urgent(link.id, known)
  end
  if answer ~= "known" then
    count_state("queued", 1)
    enqueue(args.priority, cjson.decode(visited).source, link.host, link.id, now)
    add_event(link.id, {at = now, event = answer, link = visited})
  end
  return answer
end

local answers = {}
for i, link in ipairs(args.links) do answers[i] = take(link) end
return answers
