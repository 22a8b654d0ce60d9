-- Which articles stand under a key, newest last. The keys of all articles share hashes of about `full` fields each, which
-- Redis keeps as compact listpacks (128 at most); the number of hashes grows with the corpus by linear hashing
-- (Litwin 1980, "Linear hashing: a new tool for file and table addressing"), so that the cost of a lookup does not.
-- The script that includes this sets `key_bytes`, and `most`, the articles kept under a key.
local full, number_bytes = 64, 4
local shards = tonumber(redis.call("HGET", p .. "print-meta", "shards") or 1)
local entries = tonumber(redis.call("HGET", p .. "print-meta", "entries") or 0)

local function hash_of(key)
  local a, b, c, d = string.byte(key, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function lower_power()
  local power = 1
  while power * 2 <= shards do power = power * 2 end
  return power
end

local function shard_of(key)
  local hash, power = hash_of(key), lower_power()
  local shard = hash % (power * 2)
  if shard >= shards then shard = hash % power end
  return p .. "band:" .. shard
end

local function band_get(key)
  return redis.call("HGET", shard_of(key), key) or ""
end

local function split_a_shard()
  local power = lower_power()
  local old, new = p .. "band:" .. (shards - power), p .. "band:" .. shards
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
    if entries > shards * full then split_a_shard() end
  end
  redis.call("HSET", shard_of(key), key, string.sub(known .. struct.pack(">I4", number), -most * number_bytes))
end

local function band_remove(key, number)
  local known, kept = band_get(key), ""
  for at = 1, #known, number_bytes do
    local one = string.sub(known, at, at + number_bytes - 1)
    if struct.unpack(">I4", one) ~= number then kept = kept .. one end
  end
  if kept == "" and known ~= "" then
    redis.call("HDEL", shard_of(key), key)
    entries = entries - 1
  elseif kept ~= known then
    redis.call("HSET", shard_of(key), key, kept)
  end
end

local function bands_save()
  redis.call("HSET", p .. "print-meta", "shards", shards, "entries", entries)
end
