-- Make a version the champion; what it replaces is kept, to roll back to.
-- KEYS  1 events  2 standing  3 models  4 promoted
-- ARGV  1 version  2 who  3 why in spite of the gate, or ''  4 how many previous ones are kept
-- Answers {champion, challenger, previous}, also when it was done before; {} when there is no such version
local standing, version, reason = KEYS[2], ARGV[1], ARGV[3]
if redis.call('HEXISTS', KEYS[3], version) == 0 then return {} end
redis.call('PERSIST', standing)
local kept = redis.call('HMGET', standing, 'champion', 'challenger', 'previous')
local champion = kept[1] or ''
if champion ~= version then
  local words = {champion ~= '' and champion or '-'}
  for word in string.gmatch(kept[3] or '', '%S+') do
    if #words < tonumber(ARGV[4]) then words[#words + 1] = word end
  end
  redis.call('HSET', standing, 'champion', version, 'previous', table.concat(words, ' '))
  if kept[2] == version then redis.call('HDEL', standing, 'challenger') end
  local note = {at = string.format('%d', now()), by = ARGV[2]}
  local detail = {version = version, from = champion ~= '' and champion or cjson.null}
  if reason ~= '' then note.reason, detail.reason = reason, reason end
  redis.call('HSET', KEYS[4], version, cjson.encode(note))
  log('', 'model_promoted', ARGV[2], '', cjson.encode(detail))
end
local now_standing = redis.call('HMGET', standing, 'champion', 'challenger', 'previous')
return {now_standing[1] or '', now_standing[2] or '', now_standing[3] or ''}
