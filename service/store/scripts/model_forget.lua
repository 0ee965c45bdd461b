-- Note labels that are erased with a model that learned from them.
-- KEYS  1 forgotten  2 labels it learned from
-- ARGV  1 version  2… keyed hashes of labels
-- Answers how many of them it had learned from and not yet noted
local count = 0
for first = 2, #ARGV, 1000 do
  count = count + redis.call('SREM', KEYS[2], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
if count > 0 then redis.call('HINCRBY', KEYS[1], ARGV[1], count) end
return count
