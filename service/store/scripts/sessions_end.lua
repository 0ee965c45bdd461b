-- End all sessions and links of a user; one session may go on, and a new password may begin, which that session knows.
-- KEYS  1 user  2 the user's sessions  3 session that goes on (only when there is one)
-- ARGV  1 digest of that session, or ''  2 hash of the new password, or ''
-- Answers 1; 0 when there is no such user
local user, sessions, session = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', user) == 0 then
  return 0
end
redis.call('UNLINK', sessions)
redis.call('HDEL', user, 'link')
local epoch = redis.call('HINCRBY', user, 'epoch', 1)
if ARGV[2] ~= '' then
  redis.call('HSET', user, 'password', ARGV[2])
end
local kept = session and redis.call('HMGET', session, 'name', 'ends')
if kept and kept[1] == redis.call('HGET', user, 'name') then
  redis.call('HSET', session, 'epoch', epoch)
  if ARGV[2] ~= '' then
    redis.call('HSET', session, 'proof', 'password')
  end
  redis.call('ZADD', sessions, kept[2], ARGV[1])
  redis.call('PEXPIREAT', sessions, kept[2])
end
return 1
