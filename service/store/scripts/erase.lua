-- Forget a comment; the log keeps its id.
-- KEYS  shared; comment, earlier, label, author, looks, differ, looked, newer index, older index of what is alike
-- ARGV  id, author digest it must be of, or '', who erases it, band and sketch for each entry of its texts…
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
for place = 4, #ARGV, 2 do
  local band, sketch = ARGV[place], ARGV[place + 1]
  for index = SHARED + 8, SHARED + 9 do -- an entry may tell of another comment by now
    local entry = redis.call('HGET', KEYS[index], band)
    if entry and string.sub(entry, 1, #sketch) == sketch then redis.call('HDEL', KEYS[index], band) end
  end
end
if redis.call('UNLINK', comment, earlier, label) == 0 then return 0 end
redis.call('XADD', events, '*', 'e', 'erased', 'id', id, 'by', ARGV[3], 'v', (kept[2] or 0) + 1, 'x', '')
return 1
