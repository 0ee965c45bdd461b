-- Replace a comment by its new version; whatever was claimed, decided or to be told of the old one ends. It leaves its
-- campaign and may join another, but follows no decision: an edit is looked at.
-- KEYS  shared; comment, earlier, label, author (any key of the site when the author is unknown), looks; Names.alike
-- ARGV  id, fingerprint, state, queue number, head start ms, text, meta, assessment, author digest or '', keep ms,
--       author keep ms, event detail, 1 to write even when it came before, probability of an audit or '',
--       three that likeness.lua names, versions kept
-- Answers {'edited', received ms}, {'same', received ms, assessment}, {'not_found'}
local comment, earlier, author = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 4]
local id, fingerprint, state, queue = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local digest, keep_ms, author_keep_ms = ARGV[9], ARGV[10], ARGV[11]

local kept = redis.call('HMGET', comment, 'f', 't', 'k', 'v', 'x')
if not kept[1] then return {'not_found'} end
if kept[1] == fingerprint then
  if ARGV[13] == '1' then touch(comment, kept[4]) end
  return {'same', kept[2], kept[3]}
end

local at = now()
redis.call('RPUSH', earlier, cjson.encode({tostring(at), kept[3], kept[5]}))
redis.call('LTRIM', earlier, -ARGV[18], -1)
leave_queue(comment, id)
hush(id)
redis.call('HDEL', comment, 'd', 'by', 'at', 'y', 'o', 'fq', 'es', 'ap', 'nb', 'ws', 'lop', 'q', 'z', 'u', 'xs', 'xv', 'xa', 'xh',
  'g', 'fo', 'fr')
redis.call('HINCRBY', comment, 'n', 1)
redis.call('HSET', comment, 's', state, 't', at, 'f', fingerprint, 'x', ARGV[6], 'm', ARGV[7], 'k', ARGV[8])
if state == 'w' then
  keep(comment, earlier)
  wait_at(comment, id, queue, at - ARGV[5])
  local founder, entries = founder_of()
  join(id, founder, entries, at)
else
  keep_for(comment, earlier, keep_ms)
end
if digest ~= '' then
  redis.call('HSET', comment, 'u', digest)
  list_author(author, id, at, author_keep_ms)
end
local version = move(comment, id, 'edited', '', ARGV[12])
if ARGV[14] ~= '' then choose(KEYS[SHARED + 5], comment, id, 'audit', ARGV[14], version, at, keep_ms) end
return {'edited', tostring(at)}
