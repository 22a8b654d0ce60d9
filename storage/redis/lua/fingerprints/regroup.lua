-- An operator makes an article its family's first publisher, or takes it out.
-- KEYS[1] prefix   ARGV: "split", article, then the other members; or "pin" or "lead", article, then id, verdict (JSON,
--   "" for none) of the members whose fingerprints aged out, as the index is to have them.
local p, action, article = KEYS[1], ARGV[1], ARGV[2]
-- include fingerprints/lib_families
local print = load_print(article)
local first = print and (print.of ~= "" and print.of or article)
if action == "split" then
  local members = first and redis.call("HKEYS", p .. "family:" .. first) or {}
  for i = 3, #ARGV do members[#members + 1] = ARGV[i] end
  for _, member in ipairs(members) do
    if member ~= article then redis.call("SADD", p .. "apart:" .. article, member) end
  end
  if print and print.of ~= "" then
    leave(article, print.of, true)
    print.of = ""
    save_print(print)
  end
  restate(article, "", nil)
else
  for i = 3, #ARGV, 2 do redis.call("HSET", p .. "restate", ARGV[i], ARGV[i + 1]) end
  if print and print.of ~= "" then lead(first, article) end
end
if action == "pin" then redis.call("SADD", p .. "pinned", article) end
return 1
