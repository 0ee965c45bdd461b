-- Count an attempt to sign in before it is made, or say how long to wait.
-- Who signed in from the same place before is counted apart, so that strangers who guess cannot keep a person out.
-- KEYS  1 known place  2 tries of this person from there  3 tries of this name from elsewhere  4 tries from this address
-- ARGV  1 token of the attempt  2 how long failures are remembered, ms  3 and 4 of a name: how many are free, longest
--       wait, ms  5 and 6 the same of an address
-- Answers the wait in ms; 0 when the attempt may be made
local at = now()
local name = redis.call('EXISTS', KEYS[1]) == 1 and KEYS[2] or KEYS[3]
local wait = 0
for _, tries in ipairs({name, KEYS[4]}) do
  local kept = redis.call('HMGET', tries, 'until', 'token')
  if kept[2] == ARGV[1] then
    return 0
  end
  wait = math.max(wait, (kept[1] or 0) - at)
end
if wait > 0 then
  return wait
end
local function count(tries, free, longest)
  redis.call('PERSIST', tries)
  local over = redis.call('HINCRBY', tries, 'n', 1) - free
  local pause = over > 0 and math.min(1000 * 2 ^ math.min(over - 1, 30), longest) or 0
  redis.call('HSET', tries, 'until', at + pause, 'token', ARGV[1])
  redis.call('PEXPIRE', tries, ARGV[2])
end
count(name, ARGV[3], tonumber(ARGV[4]))
count(KEYS[4], ARGV[5], tonumber(ARGV[6]))
return 0
