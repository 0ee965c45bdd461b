-- Let later members of a campaign follow what was decided of it, unless that was undone meanwhile.
-- KEYS  shared; follows, list of the operation
-- ARGV  campaign, ms it is followed, ms the operation's list is kept, record without its end (JSON), operation
-- Answers when it ends, ms; 0 when it was undone
local follows, together = KEYS[SHARED + 1], KEYS[SHARED + 2]
redis.call('PERSIST', events)
if redis.call('ZSCORE', together, '') then return 0 end
local before = redis.call('HGET', follows, ARGV[1])
if before then
  local kept = cjson.decode(before)
  if kept.op == ARGV[5] then return kept.until_ms end
end
local record = cjson.decode(ARGV[4])
record.at = now()
record.until_ms = record.at + ARGV[2]
redis.call('HSET', follows, ARGV[1], cjson.encode(record))
redis.call('PEXPIRE', follows, 8 * 86400000)
redis.call('XADD', events, '*', 'e', 'campaign_followed', 'id', record.like, 'by', record.by, 'v', '',
  'x', cjson.encode({state = record.state, until_ms = record.until_ms}))
return record.until_ms
