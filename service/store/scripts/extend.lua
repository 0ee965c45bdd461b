-- Start the lease of a claim anew, on what is left of it.
-- KEYS  shared; claim, hand, comments…
-- ARGV  reviewer, token, lease ms, ms the claim is remembered, ids…
-- Answers {{id, fields…}…}
local IDS_FROM = 5
local claim, hand = KEYS[SHARED + 1], KEYS[SHARED + 2]
local deadline, left = now() + ARGV[3], {}
redis.call('PEXPIRE', claim, ARGV[3] + ARGV[4])
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + 2 + place - IDS_FROM + 1]
  local kept = redis.call('HMGET', comment, 'lm', 'lt', 'q')
  if kept[1] == ARGV[1] and kept[2] == ARGV[2] then
    redis.call('ZADD', claimed(kept[3]), deadline, id)
    redis.call('HSET', comment, 'ld', deadline)
    left[#left + 1] = {id, redis.call('HGETALL', comment)}
  end
end
if #left > 0 then
  redis.call('ZADD', hand, deadline, ARGV[2])
  redis.call('PEXPIRE', hand, ARGV[3] + ARGV[4])
end
return left
