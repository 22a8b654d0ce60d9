-- End the work of a stage on a batch, and return when each stage of it began.
local function end_stage(batch)
  local fields, times = redis.call("HGETALL", batch_key(batch)), {}
  if #fields > 0 then redis.call("HSET", batch_key(batch), "at_work", 0) end
  for i = 1, #fields, 2 do times[fields[i]] = tonumber(fields[i + 1]) end
  times.at_work, times.poisoned, times.waited, times.priority = nil, nil, nil, nil
  return times
end
