-- What some hashes of a period hold.
-- args: period (its number), first, last (hashes)
-- Returns the id and the state of each record, one after the other.
-- include ledger/lib_compact
local found = {}
for shard = args.first, args.last do
  local fields = redis.call("HGETALL", compact_key(args.period, shard))
  for i = 1, #fields, 2 do
    found[#found + 1] = hex_id(fields[i])
    found[#found + 1] = states[string.byte(fields[i + 1], 1)]
  end
end
return found
