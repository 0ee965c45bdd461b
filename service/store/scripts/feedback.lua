-- Keep the platform's opinion as a label. A comment that still waits, claimed or not, is settled by it: the platform
-- knows, so it is not told.
-- KEYS  shared; comment, earlier, label
-- ARGV  id, opinion, by, state a|r|'' that the opinion settles, keep ms, event detail, detail when it settled
-- Answers {'done'|'repeated', state, version, by, at ms}, {'not_found'}
local comment, earlier, label = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local id, opinion, by, settles, keep_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local kept = redis.call('HMGET', comment, 's', 'v')
if not kept[1] then return {'not_found'} end
local settling = settles ~= '' and not settled(kept[1])
local known = redis.call('HMGET', label, 'source', 'value')
if not settling and known[1] == 'platform' and known[2] == opinion then return standing('repeated', comment) end

local at = now()
redis.call('PERSIST', events)
write_label(label, comment, id, 'platform', opinion, by, at, '', keep_ms)
if settling then
  leave_queue(comment, id)
  hush(id)
  note_decision(comment, settles, by, at, opinion, '')
  redis.call('HSET', comment, 's', settles, 'xh', settles)
  keep_for(comment, earlier, keep_ms)
  move(comment, id, 'feedback', by, ARGV[7])
else
  record(comment, id, 'feedback', by, kept[2], ARGV[6])
end
return standing('done', comment)
