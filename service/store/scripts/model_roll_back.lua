-- Make the champion before this one the champion again.
-- KEYS  1 events  2 standing
-- ARGV  1 operation  2 who
-- Answers {champion, challenger, previous}, also when this operation came before; {} when there was no champion before
local standing = KEYS[2]
local kept = redis.call('HMGET', standing, 'champion', 'challenger', 'previous', 'op')
if kept[4] ~= ARGV[1] then
  local champion, previous = kept[1] or '', kept[3] or ''
  if previous == '' then return {} end
  local word, rest = string.match(previous, '^(%S+)%s*(.*)$')
  local heir = word ~= '-' and word or ''
  redis.call('PERSIST', standing)
  redis.call('HSET', standing, 'champion', heir, 'previous', rest, 'op', ARGV[1])
  if kept[2] == heir then redis.call('HDEL', standing, 'challenger') end
  local detail = {version = heir ~= '' and heir or cjson.null, from = champion ~= '' and champion or cjson.null}
  log('', 'model_rolled_back', ARGV[2], '', cjson.encode(detail))
end
local now_standing = redis.call('HMGET', standing, 'champion', 'challenger', 'previous')
return {now_standing[1] or '', now_standing[2] or '', now_standing[3] or ''}
