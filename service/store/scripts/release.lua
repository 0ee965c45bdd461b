-- Give claimed comments back to their queues.
-- KEYS  shared; skipped, comments…
-- ARGV  reviewer, token, ms not to offer them to this reviewer again (0: offer), ids…
-- Answers how many went back
local IDS_FROM = 4
local skipped, reviewer, skip_ms = KEYS[SHARED + 1], ARGV[1], tonumber(ARGV[3])
local count = 0
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + 1 + place - IDS_FROM + 1]
  local kept = redis.call('HMGET', comment, 'lm', 'lt')
  if kept[1] == reviewer and kept[2] == ARGV[2] then
    end_claim(comment, id)
    wait(comment, id)
    if skip_ms > 0 then
      redis.call('SADD', skipped, id)
      redis.call('PEXPIRE', skipped, skip_ms)
    end
    move(comment, id, skip_ms > 0 and 'skipped' or 'released', reviewer, '')
    count = count + 1
  end
end
return count
