-- Add to what was counted of a challenger, once for each batch.
-- KEYS  1 models  2 shadow  3 differing  4 last batch of this process
-- ARGV  1 batch  2 version  3 for how long a batch is remembered, ms  4 keep ms  5 differing comments kept
--       6 how many follow  7… differing comments, oldest first  … field, count …
-- Answers 1, or 0 when it came before or the model is not kept
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 or redis.call('GET', KEYS[4]) == ARGV[1] then return 0 end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
redis.call('HSETNX', KEYS[2], 'since', string.format('%d', now()))
local ids = tonumber(ARGV[6])
for place = 7, 6 + ids do redis.call('LPUSH', KEYS[3], ARGV[place]) end
redis.call('LTRIM', KEYS[3], 0, ARGV[5] - 1)
for place = 7 + ids, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[place], ARGV[place + 1]) end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return 1
