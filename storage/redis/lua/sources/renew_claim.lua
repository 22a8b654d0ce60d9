-- A poll goes on: its source stays claimed.
-- KEYS[1] prefix   ARGV: source, until when
if redis.call("ZADD", KEYS[1] .. "polling", "XX", "CH", "GT", ARGV[2], ARGV[1]) == 1 then
  redis.call("ZADD", KEYS[1] .. "due", "XX", "GT", ARGV[2], ARGV[1])
end
