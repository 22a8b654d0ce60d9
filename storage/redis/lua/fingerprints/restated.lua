-- Take verdicts off the list that the index was told, unless they have changed since. KEYS[1] prefix   ARGV: id, verdict…
local list = KEYS[1] .. "restate"
for i = 1, #ARGV, 2 do
  if redis.call("HGET", list, ARGV[i]) == ARGV[i + 1] then redis.call("HDEL", list, ARGV[i]) end
end
return 1
