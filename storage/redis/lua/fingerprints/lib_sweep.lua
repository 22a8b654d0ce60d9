-- Forget fingerprints that are older than the window, a few at each claim.
local most_swept = 4
local most_numbers = most_swept * 4

local function forget(article, number)
  local print = load_print(article)
  remove_from_bands(print)
  redis.call("DEL", print_key(article))
  if print.of ~= "" then leave(article, print.of, false) end
  forget_number(number)
end

local function sweep(now, window)
  local meta = redis.call("HMGET", print_meta_key, "oldest", "number")
  local oldest, newest = tonumber(meta[1] or 0), tonumber(meta[2] or 0)
  local swept = 0
  for _ = 1, most_numbers do
    if oldest >= newest or swept >= most_swept then break end
    local article, at = article_of(oldest)
    if article then
      if at + window > now then break end
      forget(article, oldest)
      swept = swept + 1
    end
    oldest = oldest + 1
  end
  redis.call("HSET", print_meta_key, "oldest", oldest)
end
