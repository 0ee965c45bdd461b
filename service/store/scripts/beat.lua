-- Forget workers that gave no sign of life, take down this one's sign, and count.
-- KEYS  1 workers: ZSET id -> when the sign expires, ms
-- ARGV  1 worker's id, or '' only to count  2 how long the sign lasts, ms; 0 when the worker leaves
-- Answers how many workers are alive
local at = now()
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
if ARGV[1] ~= '' then
  if ARGV[2] == '0' then
    redis.call('ZREM', KEYS[1], ARGV[1])
  else
    redis.call('ZADD', KEYS[1], at + ARGV[2], ARGV[1])
  end
end
return redis.call('ZCARD', KEYS[1])
