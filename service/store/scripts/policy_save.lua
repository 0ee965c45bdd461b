-- Keep a new version of a site's policy and put it in force.
-- KEYS  1 versions: version -> JSON  2 the version in force  3 the site's events
-- ARGV  1 the version the writer saw, or '' for any  2 JSON with a `token` of this save  3 the token  4 who, or ''
-- Answers {1, new version}, also when this save came before; {0, version in force} when another save came between.
local current = tonumber(redis.call('GET', KEYS[2]) or 0)
local expected = tonumber(ARGV[1])
local mine = redis.call('HGET', KEYS[1], expected and expected + 1 or current)
if mine and cjson.decode(mine).token == ARGV[3] then
  return {1, expected and expected + 1 or current}
end
if expected and expected ~= current then
  return {0, current}
end
local version = current + 1
redis.call('HSET', KEYS[1], version, ARGV[2])
redis.call('SET', KEYS[2], version)
local detail = '{"policy":' .. version .. '}'
redis.call('XADD', KEYS[3], '*', 'e', 'policy_changed', 'id', '', 'by', ARGV[4], 'v', '', 'x', detail)
return {1, version}
