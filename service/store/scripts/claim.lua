-- Lease waiting comments to a reviewer, in the given order, leaving out those this reviewer must not have.
-- KEYS  shared; claim, skipped, hand, comments…
-- ARGV  queue number, reviewer, limit, lease ms, token, most held, ms the claim is remembered, ids…
-- Answers {'known'} when the token was used before, {'full'} when the reviewer holds enough,
--         else {'taken', {id, fields…}…}
local IDS_FROM = 8
local ENDED_MS = 300000 -- how long after its lease a claim is still in the reviewer's hand
local claim, skipped, hand = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local queue, reviewer, token = ARGV[1], ARGV[2], ARGV[5]

local function may_have(comment, id)
  if redis.call('SISMEMBER', skipped, id) == 1 then return false end
  local kept = redis.call('HMGET', comment, 's', 'nb')
  return kept[1] and not (kept[2] and string.find(kept[2], '\n' .. reviewer .. '\n', 1, true))
end

if redis.call('EXISTS', claim) == 1 then return {'known'} end
local room = ARGV[6] - (redis.call('HGET', held, reviewer) or 0)
if room <= 0 then return {'full'} end

local limit, deadline = math.min(ARGV[3], room), now() + ARGV[4]
local taken, remembered = {'taken'}, {queue, reviewer}
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + 3 + place - IDS_FROM + 1]
  if #taken > limit then break end
  if may_have(comment, id) and take_off(comment, id, queue) then
    redis.call('HSET', comment, 's', 'c', 'lm', reviewer, 'lt', token, 'ld', deadline)
    redis.call('ZADD', claimed(queue), deadline, id)
    redis.call('HINCRBY', held, reviewer, 1)
    move(comment, id, 'claimed', reviewer, '')
    taken[#taken + 1] = {id, redis.call('HGETALL', comment)}
    remembered[#remembered + 1] = id
  end
end
if #taken > 1 then
  redis.call('SET', claim, cjson.encode(remembered), 'PX', ARGV[4] + ARGV[7])
  redis.call('ZREMRANGEBYSCORE', hand, '-inf', now() - ENDED_MS)
  redis.call('ZADD', hand, deadline, token)
  redis.call('PEXPIRE', hand, ARGV[4] + ARGV[7])
end
return taken
