-- Keep a comment, and queue it when a person must look; or see that it came before. One that is like a campaign a
-- person decided for later members too takes that state.
-- KEYS  shared; comment, earlier, label, author (any key of the site when the author is unknown); Names.alike
-- ARGV  id, fingerprint, state, queue number, head start ms, text, meta, assessment, author digest or '', keep ms,
--       author keep ms, event detail, 1 to write even when it came before, so that WAIT covers the first attempt,
--       unused; from 15 see likeness.lua
-- Answers {'new'|'same', received ms, assessment, decision followed or ''}, {'conflict'}
local comment, author = KEYS[SHARED + 1], KEYS[SHARED + 4]
local id, fingerprint, state, queue = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local digest, keep_ms, author_keep_ms = ARGV[9], ARGV[10], ARGV[11]

local kept = redis.call('HMGET', comment, 'f', 't', 'k', 'v', 'fo', 'fr')
if kept[1] then
  if kept[1] ~= fingerprint then return {'conflict'} end
  if ARGV[13] == '1' then touch(comment, kept[4]) end
  return {'same', kept[2], kept[3], kept[5] or kept[6] or ''}
end

local at, detail = now(), ARGV[12]
local founder, entries, decision
if state == 'w' or (may_follow ~= '' and redis.call('EXISTS', follows) == 1) then
  founder, entries = founder_of()
  decision = may_follow ~= '' and decision_for(founder)
end
if decision then state, detail = decision.rule.state, followed_detail(detail, decision.rule) end

redis.call('HSET', comment, 's', state, 'v', 0, 't', at, 'f', fingerprint, 'x', ARGV[6], 'm', ARGV[7], 'k', ARGV[8])
if state == 'w' then
  wait_at(comment, id, queue, at - ARGV[5])
  join(id, founder, entries, at)
else
  redis.call('PEXPIRE', comment, keep_ms)
end
if decision then
  remember(founder, entries, at)
  redis.call('HSET', comment, 'q', queue, 'z', at - ARGV[5])
  follow(comment, id, decision, at)
end
if digest ~= '' then list_author(comment, author, digest, id, at, author_keep_ms) end
move(comment, id, 'received', '', detail)
return {'new', tostring(at), ARGV[8], decision and decision.record or ''}
