-- The platform has heard of a version. If that was the newest, the delivery is done; else the newer one stays due.
-- KEYS  shared; comment, earlier, label
-- ARGV  id, version, keep ms, 1 when it was told, 0 when there is nobody to tell
-- Answers 'done', 'newer', 'gone'
local comment, earlier = KEYS[SHARED + 1], KEYS[SHARED + 2]
local id, version = ARGV[1], ARGV[2]

local kept = redis.call('HMGET', comment, 's', 'xs', 'xv', 'xd')
if not kept[3] then return 'gone' end
redis.call('PERSIST', out)
local newest = kept[3] == version
if newest then
  hush(id)
  redis.call('HSET', comment, 'xh', kept[2])
  if settled(kept[1]) then keep_for(comment, earlier, ARGV[3]) end
end
if ARGV[4] == '1' and kept[4] ~= version then
  redis.call('HSET', comment, 'xd', version)
  record(comment, id, 'delivered', '', version, '')
end
return newest and 'done' or 'newer'
