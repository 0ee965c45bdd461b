-- Make a site's record, once.
-- KEYS  1 the site's record  2 its events
-- ARGV  1 name  2 title or ''  3 who, or ''
-- Answers the record as HGETALL does: the new one, or the one that was there.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'name', ARGV[1], 'title', ARGV[2], 'created', now())
  redis.call('XADD', KEYS[2], '*', 'e', 'site_created', 'id', '', 'by', ARGV[3], 'v', '', 'x', '')
end
return redis.call('HGETALL', KEYS[1])
