-- Read what needs a lead's last word; a comment that moved on is dropped.
-- KEYS  shared; differ, looked, comments…
-- ARGV  ids…
-- Answers {{id, {fields…}, entry, {fields of the entry…}}…}
local differ, looked, found = KEYS[SHARED + 1], KEYS[SHARED + 2], {}
redis.call('PERSIST', events)
for place, id in ipairs(ARGV) do
  local comment = KEYS[SHARED + 2 + place]
  local kept = redis.call('HMGET', comment, 'v', 'gv', 'ge')
  if not kept[1] or kept[1] ~= kept[2] then
    redis.call('ZREM', differ, id)
  elseif redis.call('ZSCORE', differ, id) then
    local entry = string.match(kept[3], '%S+$')
    local row = redis.call('XRANGE', looked, entry, entry)[1]
    if row then found[#found + 1] = {id, redis.call('HGETALL', comment), entry, row[2]} end
  end
end
return found
