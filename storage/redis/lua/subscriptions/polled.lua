-- What a poll says of the pushes. One that finds news which no push brought suspects the
-- subscription, until a later poll finds nothing although pushes came; the first suspicion has it
-- renewed at once. One such poll may have been just quicker than the push, so they are counted.
-- args: source, started (the poll), now, fresh (it found news), slow (seconds between slow polls)
-- Returns what becomes of the next poll: unchanged; later, but not past the lease; sooner, since a
-- hint came during this one.
-- include subscriptions/lib_subscriptions
-- include subscriptions/lib_poll
local started, now = args.started, args.now
local token = redis.call("HGET", subscriptions_key, args.source)
if not token or not subscription_holds(token, now) then return "unchanged" end
local key = subscription_key(token)
local names = {"active_since", "suspected", "last_push", "last_hint", "polled", "lease_end",
  "hinted_poll"}
local known = subscription_fields(token, unpack(names))
for _, name in ipairs(names) do known[name] = tonumber(known[name] or 0) end

local function suspect()
  if known.suspected == 0 then
    redis.call("ZADD", subscriptions_due_key, "XX", "LT", now, token)
  end
  known.suspected = started
  redis.call("HSET", key, "suspected", started)
  redis.call("HINCRBY", key, "doubts", 1)
end

local function trust()
  known.suspected = 0
  redis.call("HSET", key, "suspected", 0, "doubts", 0, "error", "")
end

redis.call("HSET", key, "polled", started)
local hinted = known.last_hint > 0 and known.last_hint >= known.polled
if args.fresh then
  if known.active_since <= started and not hinted then suspect() end
elseif known.suspected > 0 and known.last_push > known.suspected then
  trust()
end
if known.last_hint > started then
  poll_source(args.source, known.hinted_poll)
  return "sooner"
end
if known.suspected == 0 and known.last_push >= known.active_since then
  local next_poll = math.min(started + args.slow, known.lease_end)
  redis.call("ZADD", due_key, "XX", "GT", next_poll, args.source)
  return "later"
end
return "unchanged"
