-- Put a password's stronger hash in the place of the one it was checked against, unless that changed meanwhile.
-- KEYS  1 user
-- ARGV  1 hash before  2 hash from now on
if redis.call('HGET', KEYS[1], 'password') == ARGV[1] then
  redis.call('PERSIST', KEYS[1])
  redis.call('HSET', KEYS[1], 'password', ARGV[2])
end
