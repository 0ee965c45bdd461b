-- Forget a comment; the log keeps its id.
-- KEYS  shared; comment, earlier, label, author, looks, differ, looked, newer index, older index of what is alike,
--       list of those that wait for a second opinion
-- ARGV  id, author digest it must be of, or '', who erases it, event detail, band and sketch for each entry of its
--       texts…
-- Answers {1 when there was anything of it, 1 when there was a label}; {0, 0} also when it is another author's
local comment, earlier, label, author = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3], KEYS[SHARED + 4]
local id, digest = ARGV[1], ARGV[2]

redis.call('ZREM', author, id)
local kept = redis.call('HMGET', comment, 'u', 'v', 'ge')
local of = kept[2] and kept[1] or redis.call('HGET', label, 'u') -- an imported label may have two
if digest ~= '' and (kept[2] or of) and not string.find(' ' .. (of or '') .. ' ', ' ' .. digest .. ' ', 1, true) then
  return {0, 0}
end
leave_queue(comment, id)
hush(id)
redis.call('ZREM', labels, id)
redis.call('ZREM', KEYS[SHARED + 5], id)
redis.call('ZREM', KEYS[SHARED + 6], id)
redis.call('ZREM', KEYS[SHARED + 10], id)
for entry in string.gmatch(kept[3] or '', '%S+') do redis.call('XDEL', KEYS[SHARED + 7], entry) end
for place = 5, #ARGV, 2 do
  local band, sketch = ARGV[place], ARGV[place + 1]
  for index = SHARED + 8, SHARED + 9 do -- an entry may tell of another comment by now
    local entry = redis.call('HGET', KEYS[index], band)
    if entry and string.sub(entry, 1, #sketch) == sketch then redis.call('HDEL', KEYS[index], band) end
  end
end
local forgotten = redis.call('UNLINK', label)
if redis.call('UNLINK', comment, earlier) + forgotten == 0 then return {0, 0} end
log(id, 'erased', ARGV[3], (kept[2] or 0) + 1, ARGV[4])
return {1, forgotten}
