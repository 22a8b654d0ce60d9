-- What articles are copies of, by their families.
-- args: articles
-- Returns for each {} when nothing is known (any more), else as claim.lua does.
-- include fingerprints/lib_families
local answers = {}
for i, article in ipairs(args.articles) do
  local print = load_print(article)
  answers[i] = print and verdict_of(print) or {}
end
return answers
