-- Lease waiting comments to a reviewer, in the given order, leaving out those this reviewer must not have. Of a campaign
-- the first is a card of its own; the others come as its copies and count neither towards the limit nor as held.
-- KEYS  shared; claim, skipped, hand, comments…
-- ARGV  queue number, reviewer, limit, lease ms, token, most held, ms the claim is remembered, most copies,
--       then campaign or '' and id of each comment…
-- Answers {'known'} when the token was used before, {'full'} when the reviewer holds enough,
--         else {'taken', {id, fields…}…}
local PAIRS_FROM = 9
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

local cards_left, copies_left, deadline = math.min(ARGV[3], room), tonumber(ARGV[8]), now() + ARGV[4]
local taken, remembered, card_of = {'taken'}, {queue, reviewer}, {}

local function lease(comment, id, card)
  redis.call('HSET', comment, 's', 'c', 'lm', reviewer, 'lt', token, 'ld', deadline)
  redis.call('ZADD', claimed(queue), deadline, id)
  if card then
    redis.call('HSET', comment, 'lc', card)
    copies_left = copies_left - 1
  else
    hold(reviewer, 1)
    cards_left = cards_left - 1
  end
  move(comment, id, 'claimed', reviewer, card and cjson.encode({card = card}) or '')
  taken[#taken + 1] = {id, redis.call('HGETALL', comment)}
  remembered[#remembered + 1] = id
end

for place = PAIRS_FROM, #ARGV, 2 do
  local campaign, id = ARGV[place], ARGV[place + 1]
  local comment, card = KEYS[SHARED + 3 + (place - PAIRS_FROM) / 2 + 1], card_of[campaign]
  local room_left = card and copies_left or not card and cards_left
  if room_left > 0 and may_have(comment, id) and take_off(comment, id, queue) then
    lease(comment, id, card)
    if campaign ~= '' and not card then card_of[campaign] = id end
  end
end
if #taken > 1 then
  redis.call('SET', claim, cjson.encode(remembered), 'PX', ARGV[4] + ARGV[7])
  redis.call('ZREMRANGEBYSCORE', hand, '-inf', now() - ENDED_MS)
  redis.call('ZADD', hand, deadline, token)
  redis.call('PEXPIRE', hand, ARGV[4] + ARGV[7])
end
return taken
