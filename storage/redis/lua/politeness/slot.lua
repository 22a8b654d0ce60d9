-- Politeness at the moment of the fetch: a host's delay and concurrency, across all workers.
-- Several steps in one call.
-- args: now; steps, each with what, host, token, delay, concurrency, hold (seconds until the token
--   lapses). `what` is one of
--   take     a slot. With a delay no request starts while another one may still be on its way to
--            the server: the host is `starting` until its response begins, and the delay counts
--            from there. So a connection or network that is slow at times cannot bring two requests
--            closer together than the delay.
--   arrived  the response to the request with this token has begun.
--   give     the slot is free again.
-- Returns per step {"start", time} when the slot is taken, {"wait", time} when to ask again, or {}.
--   Times as text, in seconds.
-- include politeness/lib_pause
local now = args.now
-- Seconds: how far ahead a slot is held; until who holds it has sent its request or died; and
-- between two questions while all slots are taken or a request starts.
local ahead, grace, full, between = 2, 10, 0.02, {least = 0.005, most = 0.1}

local function wait_until(at)
  return {"wait", string.format("%.6f", at)}
end

local function take(step)
  local slots, starting = slots_key(step.host), starting_key(step.host)
  redis.call("ZREMRANGEBYSCORE", slots, "-inf", now)
  if redis.call("ZCARD", slots) >= step.concurrency then return wait_until(now + full) end
  local start = math.max(now, tonumber(redis.call("GET", next_key(step.host)) or 0))
  if step.delay > 0 and redis.call("EXISTS", starting) == 1 then
    local soon = math.max(between.least, math.min(step.delay / 2, between.most))
    return wait_until(math.max(start, now + soon))
  end
  -- Too far ahead to hold a slot for: the host is paused, or many are waiting.
  if start - now > ahead then return wait_until(start) end
  redis.call("ZADD", slots, start + step.hold, step.token)
  redis.call("PEXPIRE", slots, 3600000)
  if step.delay > 0 then
    move_later(next_key(step.host), start + step.delay, now)
    redis.call("SET", starting, step.token, "PX", math.ceil((start - now + grace) * 1000))
  end
  return {"start", string.format("%.6f", start)}
end

local function arrived(step)
  if step.delay > 0 and redis.call("GET", starting_key(step.host)) == step.token then
    redis.call("DEL", starting_key(step.host))
    move_later(next_key(step.host), now + step.delay, now)
  end
end

local answers = {}
for i, step in ipairs(args.steps) do
  answers[i] = {}
  if step.what == "take" then
    answers[i] = take(step)
  else
    arrived(step)
    if step.what == "give" then redis.call("ZREM", slots_key(step.host), step.token) end
  end
end
return answers
