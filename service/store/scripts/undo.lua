-- Take a person's decision back: the comment waits where it was claimed from. If the platform may have heard of the
-- decision, it is told that the comment waits; if not, it hears nothing.
-- KEYS  shared; comment, earlier, label, diary of who undoes it
-- ARGV  id, reviewer or '' for anybody's decision however old, operation, window ms, who undoes it
-- Answers {'done'|'repeated'|'lost'|'not_yours'|'too_late', state, version, by, at ms}, {'not_found'}
local comment, earlier, label = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local id, reviewer, operation = ARGV[1], ARGV[2], ARGV[3]

local kept = redis.call('HMGET', comment, 's', 'd', 'by', 'at', 'lop', 'fq', 'xh')
if kept[5] == operation then return standing('repeated', comment) end
local escalated = kept[1] == 'w' and kept[2] == 'e'
if not kept[2] or not (escalated or settled(kept[1])) then return standing('lost', comment) end
if reviewer ~= '' and kept[3] ~= reviewer then return standing('not_yours', comment) end
if reviewer ~= '' and now() - kept[4] > tonumber(ARGV[4]) then return standing('too_late', comment) end

leave_queue(comment, id)
hush(id)
keep(comment, earlier)
if escalated then
  redis.call('HSET', comment, 'q', kept[6])
  redis.call('HDEL', comment, 'es')
end
redis.call('ZREM', KEYS[SHARED + 4], id)
redis.call('HDEL', comment, 'd', 'by', 'at', 'y', 'o', 'fq')
redis.call('HSET', comment, 'lop', operation)
wait(comment, id)
local version = move(comment, id, 'undone', ARGV[5], '')
if not escalated and settled(kept[7]) then tell(comment, id, 'w', version, now()) end
if redis.call('HGET', label, 'by') == kept[3] then
  redis.call('UNLINK', label)
  redis.call('ZREM', labels, id)
end
return standing('done', comment)
