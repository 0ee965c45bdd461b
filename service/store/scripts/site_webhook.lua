-- Set where a site's decisions are delivered, or end deliveries. The same values again change and tell nothing.
-- KEYS  1 the site's record  2 its events
-- ARGV  1 url or ''  2 signing secret or ''  3 who, or ''
-- Answers the record as HGETALL does; empty when there is no such site.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
local before = redis.call('HMGET', KEYS[1], 'url', 'secret')
if (before[1] or '') ~= ARGV[1] or (before[2] or '') ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'url', ARGV[1], 'secret', ARGV[2])
  local set = ARGV[1] ~= '' and 'true' or 'false'
  redis.call('XADD', KEYS[2], '*', 'e', 'webhook_changed', 'id', '', 'by', ARGV[3], 'v', '', 'x', '{"set":' .. set .. '}')
end
return redis.call('HGETALL', KEYS[1])
