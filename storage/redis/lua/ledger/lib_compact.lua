-- The compact records of URLs that have ended: what has to be known of them to accept a link.
-- The records of a period are in hashes of about `full` fields each, which Redis keeps as compact
-- listpacks (512 fields of 64 bytes at most, in Redis 6 to 8). The number of hashes grows by linear
-- hashing, as that of the fingerprints' bands (fingerprints/lib_bands).
-- A field is the URL id as 16 bytes. A record is state (its place in `states`), visits, changed_at,
-- found_at, a digest of the address that was visited, and for what is indexed its article, where
-- that has another id than the URL, and the article that this one is a copy of; for what is
-- rejected the reason. storage/redis/ledger/compact.py writes it.
local full = 64
local states = {"indexed", "duplicate", "rejected", "dead"}
local hex_digits = 32
local periods

local function raw_id(id)
  return (string.gsub(id, "%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function hex_id(raw)
  return (string.gsub(raw, ".", function(one) return string.format("%02x", string.byte(one)) end))
end

-- Those that have records, the newest first: number, shards (hashes), entries.
local function all_periods()
  if periods then return periods end
  periods = {}
  local fields = redis.call("HGETALL", compact_periods_key)
  for i = 1, #fields, 2 do
    local shards, entries = string.match(fields[i + 1], "(%d+) (%d+)")
    periods[#periods + 1] =
      {number = tonumber(fields[i]), shards = tonumber(shards), entries = tonumber(entries)}
  end
  table.sort(periods, function(one, other) return one.number > other.number end)
  return periods
end

local function save_period(period)
  redis.call("HSET", compact_periods_key, period.number, period.shards .. " " .. period.entries)
end

local function period_of(number)
  for _, period in ipairs(all_periods()) do
    if period.number == number then return period end
  end
  local period = {number = number, shards = 1, entries = 0}
  table.insert(periods, period)
  table.sort(periods, function(one, other) return one.number > other.number end)
  return period
end

local function hash_of(id)
  return tonumber(string.sub(id, 1, 8), 16)
end

-- The greatest power of two that is not greater than the number of hashes.
local function power_below(shards)
  local power = 1
  while power * 2 <= shards do power = power * 2 end
  return power
end

local function shard_key(period, id)
  local hash, power = hash_of(id), power_below(period.shards)
  local shard = hash % (power * 2)
  if shard >= period.shards then shard = hash % power end
  return compact_key(period.number, shard)
end

local function split_a_shard(period)
  local power = power_below(period.shards)
  local old = compact_key(period.number, period.shards - power)
  local new = compact_key(period.number, period.shards)
  local fields = redis.call("HGETALL", old)
  for i = 1, #fields, 2 do
    if hash_of(hex_id(fields[i])) % (power * 2) == period.shards then
      redis.call("HSET", new, fields[i], fields[i + 1])
      redis.call("HDEL", old, fields[i])
    end
  end
  period.shards = period.shards + 1
end

local function compact_add(id, number, packed)
  local period = period_of(number)
  period.entries = period.entries + 1
  if period.entries > period.shards * full then split_a_shard(period) end
  redis.call("HSET", shard_key(period, id), raw_id(id), packed)
  save_period(period)
end

local function compact_remove(id, period)
  redis.call("HDEL", shard_key(period, id), raw_id(id))
  period.entries = period.entries - 1
  save_period(period)
end

-- The outcome (JSON) as far as the record has it; nil for a duplicate or a dead letter.
local function outcome_of(id, state, detail)
  if state == "rejected" then
    return cjson.encode({kind = state, reason = detail, detail = ""})
  end
  if state ~= "indexed" then return nil end
  local ids = hex_id(detail)
  local outcome = {kind = state, article = id}
  if ids ~= "" then outcome.article = string.sub(ids, 1, hex_digits) end
  if #ids > hex_digits then outcome.copy_of = string.sub(ids, hex_digits + 1) end
  return cjson.encode(outcome)
end

local function record_of(id, period, packed)
  local state, visits, changed_at, found_at, address, rest = struct.unpack(">BBddI4", packed)
  return {period = period, state = states[state], visits = visits, changed_at = changed_at,
    found_at = found_at, address = address,
    outcome = outcome_of(id, states[state], string.sub(packed, rest))}
end

-- The record of a URL with its period; nil where there is none.
local function compact_find(id)
  local field = raw_id(id)
  for _, period in ipairs(all_periods()) do
    local packed = redis.call("HGET", shard_key(period, id), field)
    if packed then return record_of(id, period, packed) end
  end
  return nil
end

-- Of the address of a page, to see whether it is another one: compact.py makes the same.
local function address_digest(url)
  return tonumber(string.sub(redis.sha1hex(url), 1, 8), 16)
end
