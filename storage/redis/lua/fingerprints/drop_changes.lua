-- Take verdicts that the index has off the list, unless they have changed since.
-- args: verdicts (JSON, "" for none) by article id
for article, verdict in pairs(args.verdicts) do
  if redis.call("HGET", duplicate_updates_key, article) == verdict then
    redis.call("HDEL", duplicate_updates_key, article)
  end
end
return 1
