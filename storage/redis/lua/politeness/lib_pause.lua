-- Set a time that is kept for a host, unless a later one is kept. It expires a second after that.
local function move_later(key, at, now)
  if at <= tonumber(redis.call("GET", key) or 0) then return end
  local lasts = math.ceil(math.max(at - now, 0) * 1000) + 1000
  redis.call("SET", key, string.format("%.6f", at), "PX", lasts)
end

-- No request to the host starts before `at`. A pause that the server has `requested` also turns
-- away requests that have a slot already and wait for their time (politeness.py).
local function pause_host(host, at, now, requested)
  move_later(next_key(host), at, now)
  if requested then move_later(paused_key(host), at, now) end
end
