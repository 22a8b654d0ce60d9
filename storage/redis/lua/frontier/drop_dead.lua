-- Take a URL off the dead letters, so that it goes to the archive. One that was reopened meanwhile
-- is left alone.
-- args: id, now
-- Returns 1, or 0 when it is no dead letter.
-- include frontier/lib_ledger
if redis.call("ZREM", dead_key, args.id) == 0 then return 0 end
list_ended(args.id, args.now)
return 1
