-- Keep an opinion on a text that is no comment here. The same opinion again changes nothing but its time.
-- KEYS  1 the site's events  2 its labels  3 the label  4 the site's suggestions  5 the label of one that must give way
-- ARGV  1 label's id  2 opinion  3 by  4 reason or ''  5 text  6 keep ms  7 event detail  8 id of one that must give
--       way to a new one, or ''
local at = now()
redis.call('PERSIST', KEYS[1]) -- a first write that memory pressure does not refuse
local known = redis.call('HGET', KEYS[3], 'value')
redis.call('HSET', KEYS[3], 'source', 'suggested', 'value', ARGV[2], 'by', ARGV[3], 'at', at, 'reason', ARGV[4],
  'text', ARGV[5])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
redis.call('ZADD', KEYS[2], at, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', at - ARGV[6])
redis.call('ZADD', KEYS[4], at, ARGV[1])
if ARGV[8] ~= '' and not known then
  redis.call('UNLINK', KEYS[5])
  redis.call('ZREM', KEYS[2], ARGV[8])
  redis.call('ZREM', KEYS[4], ARGV[8])
end
if known ~= ARGV[2] then
  redis.call('XADD', KEYS[1], '*', 'e', 'suggested', 'id', '', 'by', ARGV[3], 'v', '', 'x', ARGV[7])
end
return 1
