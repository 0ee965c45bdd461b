-- An attempt failed: try again later, or set the delivery aside. What became newer meanwhile stays due as it is.
-- KEYS  shared; comment, earlier, label
-- ARGV  id, ms until the next attempt or -1 for none, error, keep ms
-- Answers 'later', 'dead', 'newer', 'gone'
local comment, earlier = KEYS[SHARED + 1], KEYS[SHARED + 2]
local id, pause = ARGV[1], tonumber(ARGV[2])

local kept = redis.call('HMGET', comment, 's', 'xv', 'xa')
local attempt = tonumber(kept[3] or 0)
if not kept[2] or not redis.call('ZSCORE', out, id) then return 'gone' end
if attempt == 0 then return 'newer' end

redis.call('PERSIST', out)
local detail = cjson.encode({error = ARGV[3], attempt = attempt})
if pause >= 0 then
  redis.call('ZADD', out, now() + pause, id)
  record(comment, id, 'delivery_failed', '', kept[2], detail)
  return 'later'
end
redis.call('ZREM', out, id)
redis.call('ZADD', dead, now(), id)
if settled(kept[1]) then keep_for(comment, earlier, ARGV[4]) end
record(comment, id, 'delivery_abandoned', '', kept[2], detail)
return 'dead'
