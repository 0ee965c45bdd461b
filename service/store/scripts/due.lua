-- Hand out deliveries that are due; each comes back by itself when the lease ends.
-- KEYS  shared; comments…
-- ARGV  lease ms, ids…
-- Answers {{id, state, version, attempt}…}
local at, due = now(), {}
redis.call('PERSIST', out)
for place = 2, #ARGV do
  local id, comment = ARGV[place], KEYS[SHARED + place - 1]
  local when = redis.call('ZSCORE', out, id)
  local kept = redis.call('HMGET', comment, 'xs', 'xv')
  if not kept[1] then
    redis.call('ZREM', out, id)
  elseif when and tonumber(when) <= at then
    redis.call('ZADD', out, at + ARGV[1], id)
    if kept[1] ~= 'w' then redis.call('HSET', comment, 'xh', kept[1]) end
    due[#due + 1] = {id, kept[1], kept[2], redis.call('HINCRBY', comment, 'xa', 1)}
  end
end
return due
