-- A reviewer takes an answer to a blind look back: it counts nowhere, what it corrected is as before, and somebody
-- will look again. If the platform may have heard of the correction, it hears of this.
-- KEYS  shared; comment, earlier, label, looks, differ, looked, diary
-- ARGV  id, reviewer, operation, window ms, keep ms, event detail
-- Answers {'done'|'repeated'|'lost'|'too_late', state, version, by, at ms}, {'not_found'}
local comment, earlier, label = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local looks, differ, looked = KEYS[SHARED + 4], KEYS[SHARED + 5], KEYS[SHARED + 6]
local id, reviewer, operation = ARGV[1], ARGV[2], ARGV[3]

local kept = redis.call('HMGET', comment, 'gop', 'v', 'gv', 'ga', 'gt', 'gs', 'ge', 'gk', 'xh')
if kept[1] == operation then return standing('repeated', comment) end
if not kept[2] or kept[2] ~= kept[3] or kept[4] ~= reviewer then return standing('lost', comment) end
local at = now()
if at - kept[5] > tonumber(ARGV[4]) then return standing('too_late', comment) end

redis.call('ZREM', differ, id)
redis.call('ZREM', KEYS[SHARED + 7], id)
local before, entry = string.match(kept[7], '^(.-) ?(%S+)$')
redis.call('XDEL', looked, entry)
redis.call('HSET', comment, 'ge', before, 'gop', operation)
redis.call('HDEL', comment, 'ga', 'gt', 'gs', 'gd', 'gy', 'go')
if kept[8] == 'audit' and redis.call('HGET', label, 'by') == reviewer then
  redis.call('UNLINK', label)
  redis.call('ZREM', labels, id)
end
if kept[6] then
  hush(id)
  redis.call('HDEL', comment, 'd', 'by', 'at', 'y', 'o')
  redis.call('HSET', comment, 's', kept[6])
  local version = move(comment, id, 'corrected', reviewer, ARGV[6])
  redis.call('HSET', comment, 'gv', version)
  if kept[9] == kept[6] then keep_for(comment, earlier, ARGV[5]) else tell(comment, id, kept[6], version, at) end
else
  record(comment, id, 'looked', reviewer, kept[2], ARGV[6])
end
redis.call('ZADD', looks, at, id)
return standing('done', comment)
