-- Give a user another role on a site where the user has one.
-- KEYS  1 user
-- ARGV  1 site  2 role
-- Answers 1; 0 when the user has no role there
local role = 'role:' .. ARGV[1]
redis.call('PERSIST', KEYS[1])
if redis.call('HEXISTS', KEYS[1], role) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], role, ARGV[2])
return 1
