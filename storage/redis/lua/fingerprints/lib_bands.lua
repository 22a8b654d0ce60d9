-- Which fingerprints have a key, the newest last. The keys of all articles share hashes of about
-- `full` fields each, which Redis keeps as compact listpacks (128 fields at most). The number of
-- hashes grows with the corpus by linear hashing (Litwin 1980, "Linear hashing: a new tool for file
-- and table addressing"), so that the cost of a lookup does not.
-- A fixed number of hashes was measured (Redis 6.2, bytes of bands for each article at 10,000 and
-- at 1,000,000 articles of 13 keys): linear hashing 178 and 180; 4,096 hashes 189 and 1,117, as a
-- large hash is no listpack any more; 65,536 hashes 443 and 173, with lookups 2.7 times as slow at
-- the larger size; 210,000 hashes 627 and 181. All else takes 671 bytes, of at most 950 in all.
-- args: key_bytes; most, the articles kept under a key
local full, number_bytes = 64, 4
local counts = redis.call("HMGET", print_meta_key, "shards", "entries")
local shards, entries = tonumber(counts[1] or 1), tonumber(counts[2] or 0)

local function hash_of(key)
  local a, b, c, d = string.byte(key, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- The greatest power of two that is not greater than the number of hashes.
local function lower_power()
  local power = 1
  while power * 2 <= shards do power = power * 2 end
  return power
end

local function band_of(key)
  local hash, power = hash_of(key), lower_power()
  local shard = hash % (power * 2)
  if shard >= shards then shard = hash % power end
  return band_key(shard)
end

local function band_get(key)
  return redis.call("HGET", band_of(key), key) or ""
end

local function split_a_band()
  local power = lower_power()
  local old, new = band_key(shards - power), band_key(shards)
  local fields = redis.call("HGETALL", old)
  for i = 1, #fields, 2 do
    if hash_of(fields[i]) % (power * 2) == shards then
      redis.call("HSET", new, fields[i], fields[i + 1])
      redis.call("HDEL", old, fields[i])
    end
  end
  shards = shards + 1
end

local function band_add(key, number, known)
  if known == "" then
    entries = entries + 1
    if entries > shards * full then split_a_band() end
  end
  local numbers = string.sub(known .. struct.pack(">I4", number), -args.most * number_bytes)
  redis.call("HSET", band_of(key), key, numbers)
end

local function band_remove(key, number)
  local known, kept = band_get(key), ""
  for at = 1, #known, number_bytes do
    local one = string.sub(known, at, at + number_bytes - 1)
    if struct.unpack(">I4", one) ~= number then kept = kept .. one end
  end
  if kept == "" and known ~= "" then
    redis.call("HDEL", band_of(key), key)
    entries = entries - 1
  elseif kept ~= known then
    redis.call("HSET", band_of(key), key, kept)
  end
end

local function bands_save()
  redis.call("HSET", print_meta_key, "shards", shards, "entries", entries)
end
