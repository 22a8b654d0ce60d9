-- Check an article against what is known and add it, as one step: two copies at once become an original and a copy.
-- KEYS[1] prefix   ARGV: article, owner (URL id), source, content hash, signature, slot bytes, threshold, ttl, bands…
-- Returns {verdict, article, rule, score}: "new", "copy" (of article), "same" (as article: a duplicate).
local p = KEYS[1]
local article, owner, source, content, signature = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local width, threshold, ttl = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local own_key = p .. "print:" .. article

local own = redis.call("HMGET", own_key, "owner", "content", "verdict", "of", "rule", "score", "bands")
if own[1] and own[1] ~= owner then return {"same", article, "canonical_url", "1"} end
if own[1] and own[2] == content then return {own[3], own[4], own[5], own[6]} end
if own[1] then
  -- A new version: what the old text left behind goes first.
  if redis.call("HGET", p .. "content:" .. own[2], source) == article then redis.call("HDEL", p .. "content:" .. own[2], source) end
  for band in string.gmatch(own[7] or "", "[^ ]+") do redis.call("SREM", p .. "band:" .. band, article) end
end

local function original(id)
  -- A copy's copy belongs to the same family: families are stars around their first member. That may be the article
  -- itself, when a new version of it meets its own copies; it stays the original then.
  for _ = 1, 8 do
    local seen = redis.call("HMGET", p .. "print:" .. id, "verdict", "of")
    if id == article or seen[1] ~= "copy" then break end
    id = seen[2]
  end
  return id
end

local verdict, of, rule, score = "new", "", "", "0"
local same = redis.call("HGETALL", p .. "content:" .. content)
for i = 1, #same, 2 do
  local candidate = same[i + 1]
  if candidate ~= article and redis.call("EXISTS", p .. "print:" .. candidate) == 1 then
    if same[i] == source then
      -- What was known of its old text is gone by now, so the old text would be judged afresh as well.
      if own[1] then redis.call("HSET", own_key, "content", "", "signature", "", "bands", "") end
      return {"same", candidate, "same_text", "1"}
    end
    if verdict == "new" then verdict, of, rule, score = "copy", original(candidate), "same_text", "1" end
  end
end

if verdict == "new" and #signature > 0 then
  local best, tried = 0, {}
  for i = 9, #ARGV do
    for _, candidate in ipairs(redis.call("SMEMBERS", p .. "band:" .. ARGV[i])) do
      if candidate ~= article and not tried[candidate] then
        tried[candidate] = true
        local other = redis.call("HGET", p .. "print:" .. candidate, "signature")
        if other and #other == #signature then
          local equal = 0
          for at = 1, #signature, width do
            if string.sub(signature, at, at + width - 1) == string.sub(other, at, at + width - 1) then equal = equal + 1 end
          end
          local similarity = equal * width / #signature
          if similarity > best then best, of = similarity, candidate end
        end
      end
    end
  end
  if best >= threshold then
    verdict, of, rule, score = "copy", original(of), "near_text", string.format("%.3f", best)
  else
    of = ""
  end
end
if verdict == "copy" and of == article then verdict, of, rule, score = "new", "", "", "0" end

redis.call("HSET", own_key, "owner", owner, "content", content, "signature", signature, "verdict", verdict,
  "of", of, "rule", rule, "score", score, "bands", table.concat(ARGV, " ", 9))
redis.call("EXPIRE", own_key, ttl)
redis.call("HSET", p .. "content:" .. content, source, article)
redis.call("EXPIRE", p .. "content:" .. content, ttl)
for i = 9, #ARGV do
  redis.call("SADD", p .. "band:" .. ARGV[i], article)
  redis.call("EXPIRE", p .. "band:" .. ARGV[i], ttl)
end
return {verdict, of, rule, score}
