-- Forget a comment; the log keeps its id.
-- KEYS  shared; comment, earlier, label, author, looks, differ, looked
-- ARGV  id, author digest it must be of, or '', who erases it
-- Answers 1, or 0 when there was nothing of it, or it is another author's
local comment, earlier, label, author = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3], KEYS[SHARED + 4]
local id, digest = ARGV[1], ARGV[2]

redis.call('ZREM', author, id)
local kept = redis.call('HMGET', comment, 'u', 'v', 'ge')
if digest ~= '' and kept[2] and kept[1] ~= digest then return 0 end
leave_queue(comment, id)
hush(id)
redis.call('ZREM', labels, id)
redis.call('ZREM', KEYS[SHARED + 5], id)
redis.call('ZREM', KEYS[SHARED + 6], id)
for entry in string.gmatch(kept[3] or '', '%S+') do redis.call('XDEL', KEYS[SHARED + 7], entry) end
if redis.call('UNLINK', comment, earlier, label) == 0 then return 0 end
redis.call('XADD', events, '*', 'e', 'erased', 'id', id, 'by', ARGV[3], 'v', (kept[2] or 0) + 1, 'x', '')
return 1
