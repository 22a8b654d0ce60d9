-- List entries that ended under an earlier release, which kept no list of them and let them expire.
-- args: now, ids
-- Returns how many were listed.
-- include frontier/lib_ledger
local listed = 0
for _, id in ipairs(args.ids) do
  local ended_at = redis.call("HGET", url_key(id), "ended_at")
  local is_letter = redis.call("ZSCORE", dead_key, id)
  if ended_at and not is_letter and not redis.call("ZSCORE", ended_key, id) then
    redis.call("PERSIST", url_key(id))
    redis.call("PERSIST", trace_key(id))
    list_ended(id, args.now)
    listed = listed + 1
  end
end
return listed
