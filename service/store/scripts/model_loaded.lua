-- Note which versions a web process serves; forget processes that fell silent.
-- KEYS  1 loaded: process -> "ms JSON"
-- ARGV  1 process, or '' only to read  2 JSON  3 for how long it is believed, ms
-- Answers {process, JSON…}
local at, found = now(), {}
redis.call('PERSIST', KEYS[1])
if ARGV[1] ~= '' then redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %s', at, ARGV[2])) end
local kept = redis.call('HGETALL', KEYS[1])
for place = 1, #kept, 2 do
  local said, versions = string.match(kept[place + 1], '^(%d+) (.*)$')
  if at - tonumber(said) > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], kept[place])
  else
    found[#found + 1], found[#found + 2] = kept[place], versions
  end
end
return found
