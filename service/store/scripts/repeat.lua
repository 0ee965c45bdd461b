-- Count the comments that had one text, until none came for a while.
-- KEYS  ids of the text
-- ARGV  id, ms until they are forgotten, most ids kept
-- Answers how many there are
local ids = KEYS[1]
if redis.call('SCARD', ids) < tonumber(ARGV[3]) then redis.call('SADD', ids, ARGV[1]) end
redis.call('PEXPIRE', ids, ARGV[2])
return redis.call('SCARD', ids)
