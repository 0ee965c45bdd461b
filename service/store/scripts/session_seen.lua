-- Note that a session is in use, so that it does not end as idle; its longest life stays.
-- KEYS  1 session
-- ARGV  1 idle time, ms
local ends = redis.call('HGET', KEYS[1], 'ends')
if ends then
  local at = now()
  redis.call('PEXPIRE', KEYS[1], math.max(1, math.min(ARGV[1], ends - at)))
  redis.call('HSET', KEYS[1], 'seen', at)
end
