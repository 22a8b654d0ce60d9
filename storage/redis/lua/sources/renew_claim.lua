-- A poll goes on: its source stays claimed.
-- args: source, claimed_until
if redis.call("ZADD", polling_key, "XX", "CH", "GT", args.claimed_until, args.source) == 1 then
  redis.call("ZADD", due_key, "XX", "GT", args.claimed_until, args.source)
end
