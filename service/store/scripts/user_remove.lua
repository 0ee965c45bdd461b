-- Take a user off a site; who is left without any is forgotten.
-- KEYS  1 user  2 names of all users  3 the user's sessions
-- ARGV  1 name  2 site
redis.call('HDEL', KEYS[1], 'role:' .. ARGV[2])
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 5) == 'role:' then
    return
  end
end
redis.call('UNLINK', KEYS[1], KEYS[3])
redis.call('SREM', KEYS[2], ARGV[1])
