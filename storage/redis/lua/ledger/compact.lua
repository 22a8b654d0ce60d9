-- Replace entries that the archive has by compact records. One that changed since it was read for
-- the archive is left alone: it was reopened, and may have ended again.
-- args: urls, each with id, ending (its number when it was read) and period; ARGV[2] and following:
--   the records, one for each URL
-- Returns how many were replaced.
-- include ledger/lib_compact
-- What makes room comes first: a full Redis refuses a script only if its first write needs room.
local replaced = 0
for i, url in ipairs(args.urls) do
  local ending = redis.call("ZSCORE", ended_key, url.id)
  if ending and tonumber(ending) == url.ending then
    redis.call("ZREM", ended_key, url.id)
    redis.call("HDEL", unreadable_key, url.id)
    redis.call("DEL", url_key(url.id), trace_key(url.id))
    compact_add(url.id, url.period, ARGV[i + 1])
    replaced = replaced + 1
  end
end
return replaced
