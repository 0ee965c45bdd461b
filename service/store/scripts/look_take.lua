-- Hand chosen comments to a reviewer, to look at without knowing what was decided. Those in hand stay there and have
-- their lease anew, so a repetition takes no more. A comment that moved on since it was chosen is dropped.
-- KEYS  shared; looks, in hand, skipped, comments…
-- ARGV  reviewer, most in hand, lease ms, ms the set of those in hand is kept, claim they go with and since when they
--       seem to wait, ids…
-- Answers {{id, fields…}…}
local IDS_FROM = 6
local looks, in_hand, skipped = KEYS[SHARED + 1], KEYS[SHARED + 2], KEYS[SHARED + 3]
local reviewer, at, found = ARGV[1], now(), {}

local function may_have(id, kept)
  if kept[4] == 'second' and kept[5] == reviewer then return false end
  return redis.call('SISMEMBER', skipped, id) == 0
end

redis.call('PERSIST', events)
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + 3 + place - IDS_FROM + 1]
  local kept = redis.call('HMGET', comment, 'v', 'gv', 'gb', 'gk', 'by')
  local due = redis.call('ZSCORE', looks, id)
  if not kept[1] or kept[1] ~= kept[2] or not due then
    redis.call('ZREM', looks, id)
    redis.call('SREM', in_hand, id)
  else
    local mine = kept[3] == reviewer and tonumber(due) > at
    local free = tonumber(due) <= at and #found < tonumber(ARGV[2]) and may_have(id, kept)
    if mine or free then
      if not mine then redis.call('HSET', comment, 'gb', reviewer, 'gl', ARGV[5]) end
      redis.call('ZADD', looks, at + ARGV[3], id)
      redis.call('SADD', in_hand, id)
      found[#found + 1] = {id, redis.call('HGETALL', comment)}
    end
  end
end
redis.call('PEXPIRE', in_hand, ARGV[4])
return found
