-- Mark an operation as undone, so that no late repetition of it takes effect, and end the following of its decision.
-- KEYS  shared; follows, list of the operation
-- ARGV  operation, ms the operation's list is kept, reviewer or '' for anybody's, who undoes it
-- Answers 'marked', 'not_yours', 'not_found'
local follows, together = KEYS[SHARED + 1], KEYS[SHARED + 2]
if redis.call('EXISTS', together) == 0 then return 'not_found' end
if ARGV[3] ~= '' and not redis.call('ZSCORE', together, 'by ' .. ARGV[3]) then return 'not_yours' end
redis.call('PERSIST', events)
local records = redis.call('HGETALL', follows)
for place = 1, #records, 2 do
  local kept = cjson.decode(records[place + 1])
  if kept.op == ARGV[1] then
    redis.call('HDEL', follows, records[place])
    redis.call('XADD', events, '*', 'e', 'campaign_unfollowed', 'id', kept.like, 'by', ARGV[4], 'v', '', 'x', '')
    redis.call('ZADD', together, kept.at, 'campaign ' .. records[place])
  end
end
redis.call('ZADD', together, 'NX', now(), '')
redis.call('PEXPIRE', together, ARGV[2])
return 'marked'
