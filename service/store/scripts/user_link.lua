-- Make a one-time link; the one before ends.
-- KEYS  1 user  2 link
-- ARGV  1 name  2 digest  3 how long it lasts, ms  4 '' or, within commas, the sites beyond which the user must have none
-- Answers made, not_found or elsewhere
local user = KEYS[1]
if redis.call('EXISTS', user) == 0 then
  return 'not_found'
end
for _, field in ipairs(redis.call('HKEYS', user)) do
  local site = string.match(field, '^role:(.*)')
  if site and ARGV[4] ~= '' and not string.find(ARGV[4], ',' .. site .. ',', 1, true) then
    return 'elsewhere'
  end
end
redis.call('PERSIST', user)
redis.call('HSET', user, 'link', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 'made'
