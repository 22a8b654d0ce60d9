-- Check an article against what is known and add it. The judgement is the caller's: as long as there are candidates that
-- it has not judged, they are returned and nothing is written. So two copies at once become an original and a copy.
-- KEYS[1] prefix   ARGV: now, window, article, owner (URL id), source, content hash, fingerprint, keys to store under,
--   keys to look under, published earliest, latest, matched article, rule, score, "1" to end as a duplicate,
--   bytes of a key, articles kept under a key, most candidates, and the numbers of the candidates that were judged
-- Returns {"judge", {number, article, source, fingerprint}…}, {"new"}, {"copy", of, rule, score, matched} or
--   {"same", of, rule}.
local p = KEYS[1]
local key_bytes, most, most_candidates = tonumber(ARGV[16]), tonumber(ARGV[17]), tonumber(ARGV[18])
-- include fingerprints/lib_bands
-- include fingerprints/lib_families
local sweeps = 4
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local article, owner, source, content, blob = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local stored_keys, looked_up_keys = ARGV[8], ARGV[9]
local matched, rule, score, ends = ARGV[12], ARGV[13], ARGV[14], ARGV[15] == "1"
local meta = p .. "print-meta"

local function article_of(number)
  local known = redis.call("HGET", p .. "print-ids:" .. math.floor(number / 64), number % 64)
  if not known then return nil end
  local at = string.find(known, " ", 1, true)
  return string.sub(known, at + 1), tonumber(string.sub(known, 1, at - 1))
end

local function forget_number(number)
  redis.call("HDEL", p .. "print-ids:" .. math.floor(number / 64), number % 64)
end

local function remove_from_bands(print)
  for at = 1, #print.keys, key_bytes do band_remove(string.sub(print.keys, at, at + key_bytes - 1), print.number) end
end

local function sweep()
  local oldest = tonumber(redis.call("HGET", meta, "oldest") or 0)
  local newest = tonumber(redis.call("HGET", meta, "number") or 0)
  local swept = 0
  for _ = 1, sweeps * 4 do
    if oldest >= newest or swept >= sweeps then break end
    local known, at = article_of(oldest)
    if known then
      if at + window > now then break end
      local print = load_print(known)
      remove_from_bands(print)
      redis.call("DEL", p .. "prints:" .. known)
      if print.of ~= "" then leave(known, print.of, false) end
      forget_number(oldest)
      swept = swept + 1
    end
    oldest = oldest + 1
  end
  redis.call("HSET", meta, "oldest", oldest)
end

local own = load_print(article)
if owner == article then owner = "" end
if own and own.owner ~= owner then return {"same", article, "canonical_url"} end
if own and own.content == content then return verdict_of(own) end

local found, shared, order = {}, {}, {}
for at = 1, #looked_up_keys, key_bytes do
  local key = string.sub(looked_up_keys, at, at + key_bytes - 1)
  local numbers = band_get(key)
  found[key] = numbers
  for one = 1, #numbers, number_bytes do
    local number = struct.unpack(">I4", numbers, one)
    if not shared[number] then order[#order + 1] = number end
    shared[number] = (shared[number] or 0) + 1
  end
end
table.sort(order, function(a, b) return shared[a] > shared[b] or (shared[a] == shared[b] and a < b) end)

local judged, answer = {}, {"judge"}
for i = 19, #ARGV do judged[ARGV[i]] = true end
for i = 1, math.min(#order, most_candidates) do
  local candidate = article_of(order[i])
  if candidate and candidate ~= article and not judged[tostring(order[i])]
    and redis.call("SISMEMBER", p .. "apart:" .. article, candidate) == 0
    and redis.call("SISMEMBER", p .. "apart:" .. candidate, article) == 0 then
    local print = load_print(candidate)
    answer[#answer + 1] = {tostring(order[i]), candidate, print.source, print.blob}
  end
end
if #answer > 1 then return answer end

local leads = own and redis.call("EXISTS", p .. "family:" .. article) == 1
if own then
  remove_from_bands(own)
  -- What was known of its old text is gone by now, so the old text would be judged afresh as well.
  own.content, own.blob, own.keys = "", "", ""
end
if ends then
  if own then save_print(own) end
  bands_save()
  return {"same", matched, rule}
end
if own then
  forget_number(own.number)
  if own.of ~= "" then leave(article, own.of, true) end
end

local number = redis.call("HINCRBY", meta, "number", 1) - 1
local print = {article = article, owner = owner, source = source, content = content, blob = blob, keys = stored_keys,
  earliest = ARGV[10], latest = ARGV[11], of = "", number = number}
if leads then
  -- It stays the first publisher, also when its new text agrees with one of its copies.
  set_link(article, article, {other = "", rule = "", score = "0", earliest = print.earliest, latest = print.latest})
elseif matched ~= "" and redis.call("EXISTS", p .. "prints:" .. matched) == 1 then
  join(print, matched, rule, score)
end
save_print(print)
redis.call("HSET", p .. "print-ids:" .. math.floor(number / 64), number % 64, string.format("%.0f ", now) .. article)
for at = 1, #stored_keys, key_bytes do
  local key = string.sub(stored_keys, at, at + key_bytes - 1)
  band_add(key, number, own and band_get(key) or found[key] or band_get(key))
end
sweep()
bands_save()
return verdict_of(print)
