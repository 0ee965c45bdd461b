-- End a retraining as its worker says.
-- KEYS  1 events  2 job
-- ARGV  1 token  2 state  3 version or ''  4 problem or ''
-- Answers 1, also when it was said before; 0 when it is no longer this token's
local job = KEYS[2]
local kept = redis.call('HMGET', job, 'state', 'token', 'by')
if kept[2] ~= ARGV[1] then return 0 end
if kept[1] == 'running' then
  redis.call('PERSIST', job)
  redis.call('HSET', job, 'state', ARGV[2], 'version', ARGV[3], 'problem', ARGV[4], 'ended', string.format('%d', now()))
  if ARGV[2] == 'done' then redis.call('HSET', job, 'share', 1) end
  local detail = {state = ARGV[2]}
  if ARGV[3] ~= '' then detail.version = ARGV[3] end
  log('', 'retraining_ended', kept[3], '', cjson.encode(detail))
end
return 1
