-- Keep a model as the challenger. Its bytes lie there for a day already, or elsewhere; with the record they stay.
-- KEYS  1 events  2 standing  3 models  4 labels it learned from  5 bytes
-- ARGV  1 version  2 JSON  3 who  4 event detail  5… keyed hashes of labels
-- Answers 1, also when it came before
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then return 1 end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
redis.call('PERSIST', KEYS[5])
for first = 5, #ARGV, 1000 do redis.call('SADD', KEYS[4], unpack(ARGV, first, math.min(first + 999, #ARGV))) end
redis.call('HSET', KEYS[2], 'challenger', ARGV[1])
log('', 'model_trained', ARGV[3], '', ARGV[4])
return 1
