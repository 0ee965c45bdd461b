-- Add to how a day's scores were spread, once for each batch.
-- KEYS  1 the day's scores  2 first days of versions  3 last batch of this process
-- ARGV  1 batch  2 for how long a batch is remembered, ms  3 keep ms  4 day  5 how many versions follow  6… versions
--       … field, count …
-- Answers 1, or 0 when it came before
if redis.call('GET', KEYS[3]) == ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
local versions = tonumber(ARGV[5])
for place = 6, 5 + versions do redis.call('HSETNX', KEYS[2], ARGV[place], ARGV[4]) end
for place = 6 + versions, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[place], ARGV[place + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
