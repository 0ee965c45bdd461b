-- Decide one claimed comment; the same operation takes effect once. The claim holds, even past its lease, until the
-- comment went back to its queue.
-- KEYS  shared; comment, earlier, label, diary, looks
-- ARGV  id, reviewer, token, decision a|r|e, operation, delay ms, keep ms, reason, note, escalated queue's number,
--       event type, event detail, the decision in words, probability with which it was chosen for a second look, or '':
--       that is for decisions of the first queue alone, the others are second opinions already
-- Answers {'done'|'repeated'|'lost', state, version, by, at ms}, {'not_found'}
local DIARY_MS = 172800000
local comment, label, diary = KEYS[SHARED + 1], KEYS[SHARED + 3], KEYS[SHARED + 4]
local id, reviewer, token, decision, operation = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local kept = redis.call('HMGET', comment, 'lm', 'lt', 'lop', 'q')
if kept[3] == operation then return standing('repeated', comment) end
if kept[1] ~= reviewer or kept[2] ~= token then return standing('lost', comment) end

local at = now()
end_claim(comment, id)
note_decision(comment, decision, reviewer, at, ARGV[8], ARGV[9])
redis.call('HSET', comment, 'lop', operation)
redis.call('ZREMRANGEBYSCORE', diary, '-inf', at - DIARY_MS)
redis.call('ZADD', diary, at, id)
redis.call('PEXPIRE', diary, DIARY_MS)
if decision == 'e' then
  redis.call('HSET', comment, 'q', ARGV[10], 'fq', kept[4], 'es', ARGV[9])
  wait(comment, id)
  move(comment, id, ARGV[11], reviewer, ARGV[12])
else
  redis.call('HSET', comment, 's', decision)
  local version = move(comment, id, ARGV[11], reviewer, ARGV[12])
  tell(comment, id, decision, version, at + ARGV[6])
  write_label(label, comment, id, 'reviewer:' .. reviewer, ARGV[13], reviewer, at, ARGV[8], ARGV[7])
  if ARGV[14] ~= '' and kept[4] == '1' then
    choose(KEYS[SHARED + 5], comment, id, 'second', ARGV[14], version, at, ARGV[7])
  end
end
return standing('done', comment)
