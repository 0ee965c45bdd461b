-- Give a user a role on a site, and make the user with a one-time link when there is none of that name.
-- A link that is still open ends when a site is added: who holds it was trusted with the other sites alone.
-- KEYS  1 user  2 names of all users  3 link of the new user
-- ARGV  1 name  2 site  3 role  4 shown name or ''  5 digest of the link  6 how long the link lasts, ms
-- Answers new, also when it was done before; joined: the user was there, without a role on this site; or there: with one
local user, name, role = KEYS[1], ARGV[1], 'role:' .. ARGV[2]
if redis.call('HEXISTS', user, role) == 1 then
  return redis.call('HGET', user, 'link') == ARGV[5] and 'new' or 'there'
end
redis.call('PERSIST', KEYS[2]) -- a first write that memory pressure does not refuse
if redis.call('EXISTS', user) == 1 then
  redis.call('HDEL', user, 'link')
  redis.call('HSET', user, role, ARGV[3])
  return 'joined'
end
local at = now()
redis.call('SADD', KEYS[2], name)
-- The epoch begins with the time, in microseconds: sessions of an earlier user of this name stay ended.
local time = redis.call('TIME')
redis.call('HSET', user, 'name', name, 'title', ARGV[4], 'created', at, 'epoch', time[1] .. string.format('%06d', time[2]),
  role, ARGV[3], 'link', ARGV[5])
redis.call('SET', KEYS[3], name, 'PX', ARGV[6])
return 'new'
