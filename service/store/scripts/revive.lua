-- Make deliveries that were set aside due again, with all their attempts before them.
-- KEYS  shared; comments…
-- ARGV  ids…
-- Answers how many
local at, count = now(), 0
for place, id in ipairs(ARGV) do
  local comment = KEYS[SHARED + place]
  if redis.call('ZREM', dead, id) == 1 and redis.call('EXISTS', comment) == 1 then
    redis.call('HSET', comment, 'xa', 0)
    redis.call('ZADD', out, at, id)
    count = count + 1
  end
end
return count
