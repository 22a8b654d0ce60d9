-- Politeness at the moment of the fetch: a host's delay and concurrency, across all workers. Several steps in one trip.
-- KEYS[1] prefix   ARGV: now, then per step: what, host, token, delay, concurrency, seconds until the token lapses
--   take     a slot. With a delay nobody starts while another one's request may still be on its way to the server: the
--            host is `starting` until its answer begins, and the delay counts from there. So connections and networks
--            that are slow by turns cannot bring two requests closer together than the delay.
--   arrived  the answer to the request with this token has begun.
--   give     the slot is free again.
-- Returns per step {"start", time} when the slot is taken, {"wait", time} when to ask again, or {}. Times as text, in seconds.
local p, now = KEYS[1], tonumber(ARGV[1])
local ahead, grace, full = 2, 10, 0.02

local function rest(host, until_then)
  local key = p .. "next:" .. host
  if until_then <= tonumber(redis.call("GET", key) or 0) then return end
  redis.call("SET", key, string.format("%.6f", until_then), "PX", math.ceil(math.max(until_then - now, 0) * 1000) + 1000)
end

local function take(host, token, delay, concurrency, hold)
  local slots, starting = p .. "slots:" .. host, p .. "starting:" .. host
  redis.call("ZREMRANGEBYSCORE", slots, "-inf", now)
  if redis.call("ZCARD", slots) >= concurrency then return {"wait", string.format("%.6f", now + full)} end
  local start = math.max(now, tonumber(redis.call("GET", p .. "next:" .. host) or 0))
  if delay > 0 and redis.call("EXISTS", starting) == 1 then
    return {"wait", string.format("%.6f", math.max(start, now + math.max(0.005, math.min(delay / 2, 0.1))))}
  end
  -- Too far ahead to hold a slot for: the host was told to rest, or many are waiting.
  if start - now > ahead then return {"wait", string.format("%.6f", start)} end
  redis.call("ZADD", slots, start + hold, token)
  redis.call("PEXPIRE", slots, 3600000)
  if delay > 0 then
    rest(host, start + delay)
    -- Who holds it may die; by then the request was sent, or failed to connect.
    redis.call("SET", starting, token, "PX", math.ceil((start - now + grace) * 1000))
  end
  return {"start", string.format("%.6f", start)}
end

local function arrived(host, token, delay)
  if delay > 0 and redis.call("GET", p .. "starting:" .. host) == token then
    redis.call("DEL", p .. "starting:" .. host)
    rest(host, now + delay)
  end
end

local answers = {}
for i = 2, #ARGV, 6 do
  local what, host, token, delay = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
  local answer = {}
  if what == "take" then
    answer = take(host, token, delay, tonumber(ARGV[i + 4]), tonumber(ARGV[i + 5]))
  else
    arrived(host, token, delay)
    if what == "give" then redis.call("ZREM", p .. "slots:" .. host, token) end
  end
  answers[#answers + 1] = answer
end
return answers
