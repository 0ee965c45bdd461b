-- Forget a model that is not the champion, with its bytes and what was counted of it.
-- KEYS  1 events  2 standing  3 models  4 promoted  5 forgotten  6 bytes  7 learned  8 shadow  9 differing
-- ARGV  1 version  2 who  3 event detail
-- Answers done, gone or champion
local standing, version = KEYS[2], ARGV[1]
local kept = redis.call('HMGET', standing, 'champion', 'challenger', 'previous')
if kept[1] == version then return 'champion' end
if redis.call('HEXISTS', KEYS[3], version) == 0 then return 'gone' end
redis.call('UNLINK', KEYS[6], KEYS[7], KEYS[8], KEYS[9])
for place = 3, 5 do redis.call('HDEL', KEYS[place], version) end
if kept[2] == version then redis.call('HDEL', standing, 'challenger') end
local words = {}
for word in string.gmatch(kept[3] or '', '%S+') do
  if word ~= version then words[#words + 1] = word end
end
redis.call('HSET', standing, 'previous', table.concat(words, ' '))
log('', 'model_discarded', ARGV[2], '', ARGV[3])
return 'done'
