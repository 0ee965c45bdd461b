-- Give comments back that were to be looked at.
-- KEYS  shared; looks, in hand, skipped, comments…
-- ARGV  reviewer, ms not to offer them to this reviewer again (0: offer), ids…
-- Answers how many went back
local IDS_FROM = 3
local looks, in_hand, skipped = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local count, skip_ms = 0, tonumber(ARGV[2])
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + 3 + place - IDS_FROM + 1]
  redis.call('SREM', in_hand, id)
  if redis.call('HGET', comment, 'gb') == ARGV[1] then
    redis.call('HDEL', comment, 'gb')
    redis.call('ZADD', looks, 'XX', now(), id)
    if skip_ms > 0 then
      redis.call('SADD', skipped, id)
      redis.call('PEXPIRE', skipped, skip_ms)
    end
    count = count + 1
  end
end
return count
