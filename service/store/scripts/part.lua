-- Take comments out of their campaign: each becomes a card of its own in the hands of who claimed it.
-- KEYS  shared; comments…
-- ARGV  reviewer, token, ids…
-- Answers how many were copies
local IDS_FROM, count = 3, 0
for place = IDS_FROM, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + place - IDS_FROM + 1]
  local kept = redis.call('HMGET', comment, 'lm', 'lt', 'lc', 'v')
  if kept[1] == ARGV[1] and kept[2] == ARGV[2] then
    redis.call('ZREM', mates, id)
    if redis.call('HDEL', comment, 'lc') == 1 then
      hold(kept[1], 1)
      count = count + 1
      record(comment, id, 'parted', kept[1], kept[4], '')
    end
  end
end
return count
