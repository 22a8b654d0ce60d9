-- Give up the subscriptions of sources that are watched no longer.
-- args: now, sources
-- include subscriptions/lib_leave
for _, source in ipairs(args.sources) do
  local token = redis.call("HGET", subscriptions_key, source)
  if token then leave_subscription(token, args.now) end
end
return #args.sources
