-- Let a version score beside the champion, or none.
-- KEYS  1 events  2 standing  3 models
-- ARGV  1 version or ''  2 who  3 event detail
-- Answers {champion, challenger, previous}, also when it was so before; {} when it is not kept or is the champion
local standing, version = KEYS[2], ARGV[1]
local kept = redis.call('HMGET', standing, 'champion', 'challenger', 'previous')
if version ~= '' and (version == kept[1] or redis.call('HEXISTS', KEYS[3], version) == 0) then return {} end
if version ~= (kept[2] or '') then
  redis.call('HDEL', standing, 'challenger') -- a first write that memory pressure does not refuse
  if version ~= '' then redis.call('HSET', standing, 'challenger', version) end
  log('', 'model_shadowed', ARGV[2], '', ARGV[3])
end
return {kept[1] or '', version, kept[3] or ''}
