-- Make compact records again from what the archive has, after Redis was lost. What is known stays.
-- Ends that follow get greater numbers than the archive has.
-- args: urls, each with id, ending, period, state, and outcome (JSON) when it was rejected; ARGV[2]
--   and following: the records, one for each URL
-- Returns how many were made.
-- include frontier/lib_ledger
-- include ledger/lib_compact
local made = 0
for i, url in ipairs(args.urls) do
  see_ending(url.ending)
  if redis.call("EXISTS", url_key(url.id)) == 0 and not compact_find(url.id) then
    compact_add(url.id, url.period, ARGV[i + 1])
    count_state("accepted", 1)
    count_state(url.state, 1)
    count_reason(url.outcome, 1)
    made = made + 1
  end
end
return made
