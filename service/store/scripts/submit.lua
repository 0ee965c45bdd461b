-- Keep a comment, and queue it when a person must look; or see that it came before.
-- KEYS  shared; comment, earlier, label, author (any key of the site when the author is unknown), looks
-- ARGV  id, fingerprint, state, queue number, head start ms, text, meta, assessment, author digest or '', keep ms,
--       author keep ms, event detail, 1 to write even when it came before, so that WAIT covers the first attempt,
--       probability with which it was chosen for an audit, or ''
-- Answers {'new'|'same', received ms, assessment}, {'conflict'}
local comment, author = KEYS[SHARED + 1], KEYS[SHARED + 4]
local id, fingerprint, state, queue = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local digest, keep_ms, author_keep_ms = ARGV[9], ARGV[10], ARGV[11]

local kept = redis.call('HMGET', comment, 'f', 't', 'k', 'v')
if kept[1] then
  if kept[1] ~= fingerprint then return {'conflict'} end
  if ARGV[13] == '1' then touch(comment, kept[4]) end
  return {'same', kept[2], kept[3]}
end

local at = now()
redis.call('HSET', comment, 's', state, 'v', 0, 't', at, 'f', fingerprint, 'x', ARGV[6], 'm', ARGV[7], 'k', ARGV[8])
if state == 'w' then
  wait_at(comment, id, queue, at - ARGV[5])
else
  redis.call('PEXPIRE', comment, keep_ms)
end
if digest ~= '' then list_author(comment, author, digest, id, at, author_keep_ms) end
local version = move(comment, id, 'received', '', ARGV[12])
if ARGV[14] ~= '' then choose(KEYS[SHARED + 5], comment, id, 'audit', ARGV[14], version, at, keep_ms) end
return {'new', tostring(at), ARGV[8]}
