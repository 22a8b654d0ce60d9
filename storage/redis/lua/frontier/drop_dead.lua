-- Take a URL off the dead letters. One that was reopened meanwhile is left alone, lest a waiting
-- URL expires.
-- args: id, remember (seconds)
-- Returns 1, or 0 when it is no dead letter.
-- include frontier/lib_ledger
if redis.call("ZREM", dead_key, args.id) == 0 then return 0 end
forget_after(args.id, args.remember)
return 1
