-- Fingerprints are numbered in the order in which they came. 64 numbers share a hash, which has for
-- each the time and the article.
local per_hash = 64

local function place_of(number)
  return print_ids_key(math.floor(number / per_hash)), number % per_hash
end

-- The article of a number, and when it came; nil when it was forgotten.
local function article_of(number)
  local key, field = place_of(number)
  local known = redis.call("HGET", key, field)
  if not known then return nil end
  local at = string.find(known, " ", 1, true)
  return string.sub(known, at + 1), tonumber(string.sub(known, 1, at - 1))
end

local function remember_number(number, article, now)
  local key, field = place_of(number)
  redis.call("HSET", key, field, string.format("%.0f ", now) .. article)
end

local function forget_number(number)
  local key, field = place_of(number)
  redis.call("HDEL", key, field)
end
