-- Count a call; in a hash that is full, under the name that all further blogs share.
-- KEYS  1 the month's tally
-- ARGV  1 field  2 field of all further ones  3 most fields  4 keep ms
redis.call('PERSIST', KEYS[1]) -- a first write that memory pressure does not refuse
local field = ARGV[1]
if redis.call('HEXISTS', KEYS[1], field) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  field = ARGV[2]
end
redis.call('HINCRBY', KEYS[1], field, 1)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
