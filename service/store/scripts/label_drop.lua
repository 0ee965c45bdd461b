-- Forget what was said of a comment, or of a text that is none here; the comment stays as it is.
-- KEYS  shared; comment, earlier, label
-- ARGV  label's id, who drops it, event detail
-- Answers 1, or 0 when there was none
local comment, label = KEYS[SHARED + 1], KEYS[SHARED + 3]
redis.call('ZREM', labels, ARGV[1])
if redis.call('UNLINK', label) == 0 then return 0 end
local version = redis.call('HGET', comment, 'v')
if version then
  record(comment, ARGV[1], 'label_dropped', ARGV[2], version, ARGV[3])
else
  log(ARGV[1], 'label_dropped', ARGV[2], '', ARGV[3])
end
return 1
