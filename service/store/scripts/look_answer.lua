-- A reviewer says what to do with a comment without knowing that it is settled. The same operation takes effect once.
-- Automation that is contradicted is corrected at once; a person who is contradicted, or doubt, is left to a lead.
-- KEYS  shared; comment, earlier, label, looks, in hand, differ, looked, diary
-- ARGV  id, reviewer, operation, decision a|r|e, reason, note, delay ms, keep ms, the decision in words,
--       event detail of an audit, of a second look
-- Answers {'done'|'repeated'|'lost', state, version, by, at ms}, {'not_found'}
local comment, earlier, label = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local looks, in_hand, differ, looked = KEYS[SHARED + 4], KEYS[SHARED + 5], KEYS[SHARED + 6], KEYS[SHARED + 7]
local diary = KEYS[SHARED + 8]
local id, reviewer, operation, decision, reason = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local kept = redis.call('HMGET', comment, 'gop', 'gb', 'v', 'gv', 's', 'gk', 'gp', 'by', 'y', 'xh')
local state, audited = kept[5], kept[6] == 'audit'
if kept[1] == operation then return standing('repeated', comment) end
if kept[2] ~= reviewer or kept[3] ~= kept[4] or not redis.call('ZSCORE', looks, id) then
  return standing('lost', comment)
end

local at = now()
redis.call('ZREM', looks, id)
redis.call('SREM', in_hand, id)
redis.call('HDEL', comment, 'gb', 'gs')
redis.call('HSET', comment, 'gop', operation, 'ga', reviewer, 'gt', at, 'gd', decision, 'gy', reason, 'go', ARGV[6])
note_in_diary(diary, id, at)
note_look(comment, looked, 'i', id, 'k', kept[6], 'p', kept[7], 'd', state, 'fb', audited and '' or kept[8],
  'fy', audited and '' or kept[9] or '', 'a', decision, 'b', reviewer, 'y', reason)
if audited and decision ~= 'e' and decision ~= state then
  redis.call('HSET', comment, 'gs', state, 'xh', kept[10] or state) -- intake told the platform the automatic verdict
  correct(comment, earlier, label, id, decision, reviewer, at, reason, ARGV[6], ARGV[9], ARGV[10], ARGV[7], ARGV[8])
  redis.call('HSET', label, 'blind', 1)
else
  if decision ~= state then redis.call('ZADD', differ, at, id) end
  if audited and decision == state then
    write_label(label, comment, id, 'reviewer:' .. reviewer, ARGV[9], reviewer, at, reason, ARGV[8])
    redis.call('HSET', label, 'blind', 1)
  end
  record(comment, id, 'looked', reviewer, kept[3], audited and ARGV[10] or ARGV[11])
end
return standing('done', comment)
