-- A lead has the last word on a comment on which two looks differ.
-- KEYS  shared; comment, earlier, label, differ, looked
-- ARGV  id, lead, operation, decision a|r, reason, note, delay ms, keep ms, the decision in words,
--       event detail
-- Answers {'done'|'repeated'|'lost', state, version, by, at ms}, {'not_found'}
local comment, earlier, label = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local differ, looked = KEYS[SHARED + 4], KEYS[SHARED + 5]
local id, lead, operation, decision, reason = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local kept = redis.call('HMGET', comment, 'gop', 'v', 'gv', 's', 'gk', 'ge', 'xh')
if kept[1] == operation then return standing('repeated', comment) end
if not kept[2] or kept[2] ~= kept[3] or not redis.call('ZSCORE', differ, id) then return standing('lost', comment) end

local at = now()
redis.call('ZREM', differ, id)
redis.call('HDEL', comment, 'ga', 'gt', 'gd', 'gy', 'go')
redis.call('HSET', comment, 'gop', operation)
note_look(comment, looked, 'of', string.match(kept[6], '%S+$'), 'a', decision, 'b', lead)
if decision == kept[4] then
  write_label(label, comment, id, 'reviewer:' .. lead, ARGV[9], lead, at, reason, ARGV[8])
  record(comment, id, 'looked', lead, kept[2], ARGV[10])
else
  if kept[5] == 'audit' then redis.call('HSET', comment, 'xh', kept[7] or kept[4]) end
  correct(comment, earlier, label, id, decision, lead, at, reason, ARGV[6], ARGV[9], ARGV[10], ARGV[7], ARGV[8])
end
return standing('done', comment)
