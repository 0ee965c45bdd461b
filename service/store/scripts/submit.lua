-- Keep a comment, and queue it when a person must look; or see that it came before.
-- KEYS  shared; comment, earlier, label, author (any key of the site when the author is unknown)
-- ARGV  id, fingerprint, state, queue number, head start ms, text, meta, assessment, author digest or '', keep ms,
--       author keep ms, event detail, 1 to write even when it came before, so that WAIT covers the first attempt
-- Answers {'new', received ms}, {'same', received ms, assessment}, {'conflict'}
local comment, author = KEYS[SHARED + 1], KEYS[SHARED + 4]
local id, fingerprint, state, queue = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local digest, keep_ms, author_keep_ms = ARGV[9], ARGV[10], ARGV[11]

local kept = redis.call('HMGET', comment, 'f', 't', 'k', 'v')
if kept[1] then
  if kept[1] ~= fingerprint then return {'conflict'} end
  if ARGV[13] == '1' then touch(comment, kept[4]) end
  return {'same', kept[2], kept[3]}
end

-- Every field in one command: this script is most of what the server does.
local at = now()
local fields = {'s', state, 'v', 1, 't', at, 'f', fingerprint, 'x', ARGV[6], 'm', ARGV[7], 'k', ARGV[8],
  'e', log(id, 'received', '', 1, ARGV[12])}
if state == 'w' then fields[#fields + 1], fields[#fields + 2] = 'q', queue end
if digest ~= '' then fields[#fields + 1], fields[#fields + 2] = 'u', digest end
redis.call('HSET', comment, unpack(fields))
if state == 'w' then
  redis.call('ZADD', waiting(queue), at - ARGV[5], id)
else
  redis.call('PEXPIRE', comment, keep_ms)
end
if digest ~= '' then list_author(author, id, at, author_keep_ms) end
return {'new', tostring(at)}
