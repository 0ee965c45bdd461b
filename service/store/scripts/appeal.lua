-- Send a decided comment back to review, never again to the reviewer who decided it.
-- KEYS  shared; comment, earlier, label
-- ARGV  id, note, by, appeals queue's number
-- Answers {'done'|'repeated'|'lost', state, version, by, at ms}, {'not_found'}
local comment, earlier = KEYS[SHARED + 1], KEYS[SHARED + 2]
local id, note, queue = ARGV[1], ARGV[2], ARGV[4]

local kept = redis.call('HMGET', comment, 's', 'q', 'by', 'nb')
if not settled(kept[1]) then return standing(kept[2] == queue and 'repeated' or 'lost', comment) end

local at = now()
hush(id)
redis.call('HDEL', comment, 'g') -- an appeal is looked at by itself
keep(comment, earlier)
redis.call('HSET', comment, 'ws', at, 'ap', note, 'xh', 'w')
if kept[3] then redis.call('HSET', comment, 'nb', (kept[4] or '\n') .. kept[3] .. '\n') end
wait_at(comment, id, queue, at)
move(comment, id, 'appealed', ARGV[3], '')
return standing('done', comment)
