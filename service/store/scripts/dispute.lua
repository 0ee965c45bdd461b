-- A reviewer says that a reason named for a comment does not apply: keep that with the label, for training.
-- KEYS  shared; comment, earlier, label
-- ARGV  id, attribute, reviewer, keep ms, event detail
-- Answers {'done'|'repeated', state, version, by, at ms}, {'not_found'}
local comment, label = KEYS[SHARED + 1], KEYS[SHARED + 3]
local id, attribute, reviewer = ARGV[1], ARGV[2], ARGV[3]

local version = redis.call('HGET', comment, 'v')
if not version then return {'not_found'} end
local known = redis.call('HGET', label, 'not') or ''
if string.find(' ' .. known .. ' ', ' ' .. attribute .. ' ', 1, true) then return standing('repeated', comment) end

redis.call('PERSIST', events)
if redis.call('EXISTS', label) == 0 then
  write_label(label, comment, id, 'reviewer:' .. reviewer, 'wrong_reason', reviewer, now(), '', ARGV[4])
end
redis.call('HSET', label, 'not', known == '' and attribute or known .. ' ' .. attribute)
record(comment, id, 'reason_disputed', reviewer, version, ARGV[5])
return standing('done', comment)
