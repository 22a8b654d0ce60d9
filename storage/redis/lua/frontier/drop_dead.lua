-- Take a URL off the dead letters. One that was reopened meanwhile is left alone, lest a waiting URL ages out.
-- KEYS[1] prefix   ARGV: id, seconds to remember      Returns 1, or 0 when it is no dead letter.
local p, id = KEYS[1], ARGV[1]
if redis.call("ZREM", p .. "dead", id) == 0 then return 0 end
redis.call("EXPIRE", p .. "url:" .. id, ARGV[2])
redis.call("EXPIRE", p .. "trace:" .. id, ARGV[2])
return 1
