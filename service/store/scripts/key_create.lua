-- Keep a new API key's record.
-- KEYS  1 records: digest -> JSON  2 digests: key id -> digest
-- ARGV  1 digest  2 JSON  3 key id
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1])
return 1
