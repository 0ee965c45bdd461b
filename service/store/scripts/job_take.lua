-- Take a retraining that waits, or whose worker fell silent; one that was taken often enough has failed.
-- KEYS  1 events  2 job
-- ARGV  1 token  2 worker  3 lease ms  4 most attempts  5 what is said when they are used up
-- Answers its fields, also when this token took it before; {} when there is nothing to take
local job, at = KEYS[2], now()
local kept = redis.call('HMGET', job, 'state', 'token', 'until', 'attempt')
if kept[1] == 'running' and kept[2] == ARGV[1] then return redis.call('HGETALL', job) end
local silent = kept[1] == 'running' and at > tonumber(kept[3])
if kept[1] ~= 'queued' and not silent then return {} end
redis.call('PERSIST', job)
if tonumber(kept[4] or 0) >= tonumber(ARGV[4]) then
  redis.call('HDEL', job, 'token', 'until', 'worker')
  redis.call('HSET', job, 'state', 'failed', 'ended', string.format('%d', at), 'problem', ARGV[5])
  log('', 'retraining_ended', ARGV[2], '', '{"state":"failed"}')
  return {}
end
redis.call('HSET', job, 'state', 'running', 'token', ARGV[1], 'worker', ARGV[2], 'until', string.format('%d', at + ARGV[3]),
  'started', string.format('%d', at), 'stage', '', 'share', 0)
redis.call('HINCRBY', job, 'attempt', 1)
return redis.call('HGETALL', job)
