-- Set what a site wants of a door; an empty value takes it back. The same value again changes and tells nothing.
-- KEYS  1 the site's record  2 its events
-- ARGV  1 setting  2 value or ''  3 who, or ''  4 event detail, never the value
-- Answers the record as HGETALL does; empty when there is no such site.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
local field = 'door:' .. ARGV[1]
if (redis.call('HGET', KEYS[1], field) or '') ~= ARGV[2] then
  redis.call('HDEL', KEYS[1], field)
  if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], field, ARGV[2]) end
  redis.call('XADD', KEYS[2], '*', 'e', 'door_changed', 'id', '', 'by', ARGV[3], 'v', '', 'x', ARGV[4])
end
return redis.call('HGETALL', KEYS[1])
