-- An operator makes an article its family's first publisher, or takes it out.
-- args: action ("pin", "lead" or "split"), article; for "split" others, the ids of the other
--   members; else verdicts (JSON, "" for none) by id, of the members whose fingerprints were
--   forgotten, as the index is to have them
-- include fingerprints/lib_families
local article = args.article
local print = load_print(article)
local first = print and (print.of ~= "" and print.of or article)

local function split()
  local members = first and redis.call("HKEYS", family_key(first)) or {}
  for _, other in ipairs(args.others) do members[#members + 1] = other end
  for _, member in ipairs(members) do
    if member ~= article then redis.call("SADD", apart_key(article), member) end
  end
  if print and print.of ~= "" then
    leave(article, print.of, true)
    print.of = ""
    save_print(print)
  end
  note_update(article, "", nil)
end

if args.action == "split" then
  split()
else
  for member, verdict in pairs(args.verdicts) do
    redis.call("HSET", duplicate_updates_key, member, verdict)
  end
  if print and print.of ~= "" then lead(first, article) end
end
if args.action == "pin" then redis.call("SADD", pinned_key, article) end
return 1
