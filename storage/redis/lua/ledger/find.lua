-- Where URLs are in the ledger, at one moment.
-- args: ids
-- Returns for each id: the fields of its entry; its state, where the entry is in the archive; or
-- nil.
-- include ledger/lib_compact
local found = {}
for i, id in ipairs(args.ids) do
  local fields = redis.call("HGETALL", url_key(id))
  if #fields > 0 then
    found[i] = fields
  else
    local record = compact_find(id)
    found[i] = record and record.state or false
  end
end
return found
