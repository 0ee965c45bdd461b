-- Write a line of the log that changes no comment's state.
-- KEYS  events, comment (only when the line is about one)
-- ARGV  type, comment's id or '', by, detail
-- Answers the line's id
local comment = KEYS[2]
redis.call('PERSIST', events)
if comment and redis.call('EXISTS', comment) == 1 then
  record(comment, ARGV[2], ARGV[1], ARGV[3], redis.call('HGET', comment, 'v'), ARGV[4])
  return string.match(redis.call('HGET', comment, 'e'), '(%d+%-%d+)$')
end
return redis.call('XADD', events, '*', 'e', ARGV[1], 'id', ARGV[2], 'by', ARGV[3], 'v', '', 'x', ARGV[4])
