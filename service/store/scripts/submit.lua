-- Keep a comment, and queue it when a person must look; or see that it came before. One that is like a campaign that a
-- person decided for later members too takes that state.
-- KEYS  shared; comment, earlier, label, author (any key of the site when the author is unknown), looks; Names.alike
-- ARGV  id, fingerprint, state, queue number, head start ms, text, meta, assessment, author digest or '', keep ms,
--       author keep ms, event detail, 1 to write even when it came before, so that WAIT covers the first attempt,
--       probability with which it was chosen for an audit, or ''; likeness.lua names what follows
-- Answers {'new', received ms}, {'same', received ms, assessment}, both with the assessment and the decision when one
--         was followed, {'conflict'}
local comment, author = KEYS[SHARED + 1], KEYS[SHARED + 4]
local id, fingerprint, state, queue = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local digest, keep_ms, author_keep_ms = ARGV[9], ARGV[10], ARGV[11]

local kept = redis.call('HMGET', comment, 'f', 't', 'k', 'v', 'fo', 'fr')
if kept[1] then
  if kept[1] ~= fingerprint then return {'conflict'} end
  if ARGV[13] == '1' then touch(comment, kept[4]) end
  return {'same', kept[2], kept[3], kept[5] or kept[6]}
end

-- Every field in one command: this script is most of what the server does.
local at, detail = now(), ARGV[12]
local founder, entries, decision
if state == 'w' or (may_follow ~= '' and redis.call('EXISTS', follows) == 1) then
  founder, entries = founder_of()
  decision = may_follow ~= '' and decision_for(founder)
end
if decision then state, detail = decision.rule.state, followed_detail(detail, decision.rule) end
local fields = {'s', state, 'v', 1, 't', at, 'f', fingerprint, 'x', ARGV[6], 'm', ARGV[7], 'k', ARGV[8],
  'e', log(id, 'received', '', 1, detail)}
local function set(name, value) fields[#fields + 1], fields[#fields + 2] = name, value end
if state == 'w' or decision then set('q', queue) end
if digest ~= '' then set('u', digest) end
if decision then
  set('z', at - ARGV[5]) -- where it waits when the decision is undone
  follow(set, decision, at)
end
redis.call('HSET', comment, unpack(fields))
if state == 'w' then
  redis.call('ZADD', waiting(queue), at - ARGV[5], id)
  join(id, founder, entries, at)
else
  redis.call('PEXPIRE', comment, keep_ms)
end
if digest ~= '' then list_author(author, id, at, author_keep_ms) end
if decision then
  remember(founder, entries, at)
  list_follower(id, decision, at)
  return {'new', tostring(at), ARGV[8], decision.record}
end
-- A verdict that a person's decision replaced is no verdict of the automation's, so lots are drawn among the others.
if ARGV[14] ~= '' then choose(KEYS[SHARED + 5], comment, id, 'audit', ARGV[14], 1, at, keep_ms) end
return {'new', tostring(at)}
