-- The URLs by which articles came.
-- args: articles
-- Returns for each the URL id, or "" when nothing is known (any more).
-- include fingerprints/lib_families
local answers = {}
for i, article in ipairs(args.articles) do
  local print = load_print(article)
  if not print then
    answers[i] = ""
  else
    answers[i] = print.owner ~= "" and print.owner or article
  end
end
return answers
