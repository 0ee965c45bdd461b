-- Forget a comment; the log keeps its id.
-- KEYS  shared; comment, earlier, label, author; Names.alike
-- ARGV  id, author digest it must be of, or '', who erases it, band and sketch for each entry of its texts…
-- Answers 1, or 0 when there was nothing of it, or it is another author's
local comment, earlier, label, author = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3], KEYS[SHARED + 4]
local id, digest = ARGV[1], ARGV[2]

redis.call('ZREM', author, id)
local kept = redis.call('HMGET', comment, 'u', 'v')
if digest ~= '' and kept[2] and kept[1] ~= digest then return 0 end
leave_queue(comment, id)
hush(id)
redis.call('ZREM', labels, id)
for place = 4, #ARGV, 2 do
  local band, sketch = ARGV[place], ARGV[place + 1]
  for index = SHARED + 5, SHARED + 6 do -- an entry may tell of another comment by now
    local kept = redis.call('HGET', KEYS[index], band)
    if kept and string.sub(kept, 1, #sketch) == sketch then redis.call('HDEL', KEYS[index], band) end
  end
end
if redis.call('UNLINK', comment, earlier, label) == 0 then return 0 end
redis.call('XADD', events, '*', 'e', 'erased', 'id', id, 'by', ARGV[3], 'v', (kept[2] or 0) + 1, 'x', '')
return 1
