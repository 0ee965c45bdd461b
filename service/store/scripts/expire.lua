-- Return comments whose lease has ended to their queues.
-- KEYS  shared; comments…
-- ARGV  ids…
-- Answers how many went back
local at, count = now(), 0
for place, id in ipairs(ARGV) do
  local comment = KEYS[SHARED + place]
  local kept = redis.call('HMGET', comment, 'ld', 'lm')
  if kept[1] and tonumber(kept[1]) <= at then
    end_claim(comment, id)
    wait(comment, id)
    move(comment, id, 'expired', kept[2], '')
    count = count + 1
  end
end
return count
