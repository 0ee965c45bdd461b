-- Give a comment its assessment by a second opinion: approved or rejected it leaves its queue and the platform is told;
-- else it is ranked anew. Only one that waits as it was read, unclaimed and undecided; any other just leaves the list.
-- KEYS  shared; comment, earlier, label, list of those that wait for a second opinion, looks
-- ARGV  id, version that was read, or '' of one that is not to be revised, state, head start ms, assessment, event
--       detail, keep ms, probability with which it was chosen for an audit, or ''
-- Answers {'done'|'lost', state, version, by, at ms}, {'not_found'}
local comment, pending, looks = KEYS[SHARED + 1], KEYS[SHARED + 4], KEYS[SHARED + 5]
local id, read_version, state, assessment, detail, share = ARGV[1], ARGV[2], ARGV[3], ARGV[5], ARGV[6], ARGV[8]

redis.call('ZREM', pending, id)
local kept = redis.call('HMGET', comment, 's', 'v', 'q', 'd', 't')
if not kept[1] then return {'not_found'} end
if kept[1] ~= 'w' or kept[2] ~= read_version or kept[3] ~= '1' or kept[4] then return standing('lost', comment) end

redis.call('HSET', comment, 'k', assessment)
if state == 'w' then
  redis.call('ZADD', waiting(kept[3]), 'XX', kept[5] - ARGV[4], id)
  move(comment, id, 'revised', '', detail)
else
  local at = now()
  leave_queue(comment, id)
  redis.call('HSET', comment, 's', state)
  local version = move(comment, id, 'revised', '', detail)
  tell(comment, id, state, version, at)
  if share ~= '' then choose(looks, comment, id, 'audit', share, version, at, ARGV[7]) end
end
return standing('done', comment)
