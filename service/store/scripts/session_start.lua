-- Sign a user in, after a password was checked or by a one-time link, which ends with it.
-- KEYS  1 user  2 session  3 the user's sessions  4 link (only when one is used)
-- ARGV  1 name  2 the session's digest  3 proof  4 epoch when the password was checked, or ''  5 idle time, ms
--       6 longest life, ms  7 the link's digest, when one is used
-- Answers 1, also when it was done before; 0 when the user is gone or kept out, or what was shown no longer holds
local user, session, sessions, link = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if redis.call('EXISTS', session) == 1 then
  return 1
end
local kept = redis.call('HMGET', user, 'epoch', 'disabled', 'link')
if not kept[1] or kept[2] or (ARGV[4] ~= '' and kept[1] ~= ARGV[4]) then
  return 0
end
if link and (kept[3] ~= ARGV[7] or redis.call('GET', link) ~= ARGV[1]) then
  return 0
end
local at = now()
local ends = at + ARGV[6]
redis.call('ZREMRANGEBYSCORE', sessions, '-inf', at)
if link then
  redis.call('UNLINK', link)
  redis.call('HDEL', user, 'link')
end
redis.call('HSET', session, 'name', ARGV[1], 'proof', ARGV[3], 'at', at, 'seen', at, 'ends', ends, 'epoch', kept[1])
redis.call('PEXPIRE', session, math.min(ARGV[5], ARGV[6]))
redis.call('ZADD', sessions, ends, ARGV[2])
redis.call('PEXPIRE', sessions, ARGV[6])
redis.call('HSET', user, 'signed', at)
return 1
