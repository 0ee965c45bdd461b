-- Queue a retraining, unless one is under way.
-- KEYS  1 events  2 job
-- ARGV  1 its id  2 who
-- Answers its fields, also when it was asked before; {} while another is under way
local job = KEYS[2]
local kept = redis.call('HMGET', job, 'id', 'state')
if kept[1] ~= ARGV[1] then
  if kept[2] == 'queued' or kept[2] == 'running' then return {} end
  redis.call('UNLINK', job)
  redis.call('HSET', job, 'id', ARGV[1], 'state', 'queued', 'by', ARGV[2], 'asked', string.format('%d', now()))
  log('', 'retraining_asked', ARGV[2], '', '')
end
return redis.call('HGETALL', job)
