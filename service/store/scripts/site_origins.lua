-- Set from which pages the widget may be used. The same list again changes and tells nothing.
-- KEYS  1 the site's record  2 its events
-- ARGV  1 origins, separated by blanks, or ''  2 who, or ''
-- Answers the record as HGETALL does; empty when there is no such site.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
if (redis.call('HGET', KEYS[1], 'origins') or '') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'origins', ARGV[1])
  local set = ARGV[1] ~= '' and 'true' or 'false'
  redis.call('XADD', KEYS[2], '*', 'e', 'origins_changed', 'id', '', 'by', ARGV[2], 'v', '', 'x', '{"set":' .. set .. '}')
end
return redis.call('HGETALL', KEYS[1])
