-- What articles are copies of, by their families. KEYS[1] prefix   ARGV: article…
-- Returns for each {} when nothing is known (any more), else as fingerprint.lua does.
local p, answers = KEYS[1], {}
-- include fingerprints/lib_families
for i, article in ipairs(ARGV) do
  local print = load_print(article)
  answers[i] = print and verdict_of(print) or {}
end
return answers
