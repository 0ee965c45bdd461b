-- Keep a user out, with all sessions and links ended at once, or let the user in again.
-- KEYS  1 user  2 the user's sessions
-- ARGV  1 '1' to keep out, '0' to let in
-- Answers 1; 0 when there is no such user
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('UNLINK', KEYS[2])
redis.call('HDEL', KEYS[1], 'link', 'disabled')
if ARGV[1] == '1' then
  redis.call('HINCRBY', KEYS[1], 'epoch', 1)
  redis.call('HSET', KEYS[1], 'disabled', now())
end
return 1
