-- Compare an article with what is known and add it. The caller compares: as long as there are
-- candidates that it has not compared, they are returned and nothing is written. So two copies at
-- once become an original and a copy.
-- args: now, window (seconds), article, owner (URL id), source; earliest, latest (of its
--   publication, text); matched (the article it agrees with), rule, score; ends (it is a
--   duplicate); key_bytes, most (articles kept under a key), most_candidates; compared (numbers)
-- ARGV[2] fingerprint, ARGV[3] keys to store it under, ARGV[4] keys to look up, ARGV[5] hash of the
--   content
-- Returns a list that begins with JSON: {outcome = "compare", candidates = {number, article,
--   source}…}, and then their fingerprints; or {outcome = "new"}; or {outcome = "copy", article,
--   rule, score, matched}; or {outcome = "same", article, rule}.
-- include fingerprints/lib_bands
-- include fingerprints/lib_numbers
-- include fingerprints/lib_families
local now, article = args.now, args.article
local blob, stored_keys, looked_up_keys, content = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local owner = args.owner ~= article and args.owner or ""

local function each_key(keys)
  local at = 1 - args.key_bytes
  return function()
    at = at + args.key_bytes
    if at <= #keys then return string.sub(keys, at, at + args.key_bytes - 1) end
  end
end

local function remove_from_bands(print)
  for key in each_key(print.keys) do band_remove(key, print.number) end
end

-- include fingerprints/lib_sweep

-- What is stored under each key, and the numbers there, those with the most keys in common first.
local function look_up()
  local found, shared, order = {}, {}, {}
  for key in each_key(looked_up_keys) do
    local numbers = band_get(key)
    found[key] = numbers
    for at = 1, #numbers, number_bytes do
      local number = struct.unpack(">I4", numbers, at)
      if not shared[number] then order[#order + 1] = number end
      shared[number] = (shared[number] or 0) + 1
    end
  end
  table.sort(order, function(a, b)
    return shared[a] > shared[b] or (shared[a] == shared[b] and a < b)
  end)
  return found, order
end

local function is_apart(other)
  return redis.call("SISMEMBER", apart_key(article), other) == 1
    or redis.call("SISMEMBER", apart_key(other), article) == 1
end

-- Candidates among these numbers that the caller has not compared yet; nil when there are none.
local function to_compare(order)
  local compared = {}
  for _, number in ipairs(args.compared) do compared[number] = true end
  local candidates, answer = {}, {}
  for i = 1, math.min(#order, args.most_candidates) do
    local number = order[i]
    local other = not compared[number] and article_of(number)
    if other and other ~= article and not is_apart(other) then
      local print = load_print(other)
      candidates[#candidates + 1] = {number = number, article = other, source = print.source}
      answer[#candidates + 1] = print.blob
    end
  end
  if #candidates == 0 then return nil end
  answer[1] = cjson.encode({outcome = "compare", candidates = candidates})
  return answer
end

local function same(other, rule)
  return {cjson.encode({outcome = "same", article = other, rule = rule})}
end

-- Forget an older version of the article. What was known of its old text is gone then, so that the
-- old text would be compared afresh as well.
local function forget_text(own)
  remove_from_bands(own)
  own.content, own.blob, own.keys = "", "", ""
end

local function add(own, leads, found)
  if own then
    forget_number(own.number)
    if own.of ~= "" then leave(article, own.of, true) end
  end
  local number = redis.call("HINCRBY", print_meta_key, "number", 1) - 1
  local print = {article = article, owner = owner, source = args.source, content = content,
    blob = blob, keys = stored_keys, earliest = args.earliest, latest = args.latest, of = "",
    number = number}
  if leads then
    -- It stays the first publisher, also when its new text agrees with one of its copies.
    set_link(article, article, first_link(print))
  elseif args.matched and redis.call("EXISTS", print_key(args.matched)) == 1 then
    join(print, args.matched, args.rule, args.score)
  end
  save_print(print)
  remember_number(number, article, now)
  for key in each_key(stored_keys) do
    band_add(key, number, own and band_get(key) or found[key] or band_get(key))
  end
  return print
end

local own = load_print(article)
if own and own.owner ~= owner then return same(article, "canonical_url") end
if own and own.content == content then return verdict_of(own) end
local found, order = look_up()
local answer = to_compare(order)
if answer then return answer end
local leads = own and redis.call("EXISTS", family_key(article)) == 1
if own then forget_text(own) end
if args.ends then
  if own then save_print(own) end
  bands_save()
  return same(args.matched, args.rule)
end
local print = add(own, leads, found)
sweep(now, args.window)
bands_save()
return verdict_of(print)
