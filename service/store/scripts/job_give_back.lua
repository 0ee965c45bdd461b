-- Put a retraining back in the queue, as if its worker had never taken it.
-- KEYS  1 job
-- ARGV  1 token
-- Answers 1, also when it was given back before; 0 when it is no longer this token's
local job = KEYS[1]
local kept = redis.call('HMGET', job, 'state', 'token', 'back')
if kept[1] == 'queued' and kept[3] == ARGV[1] then return 1 end
if kept[1] ~= 'running' or kept[2] ~= ARGV[1] then return 0 end
redis.call('HDEL', job, 'token', 'until', 'worker', 'started')
redis.call('HSET', job, 'state', 'queued', 'stage', '', 'share', 0, 'back', ARGV[1])
redis.call('HINCRBY', job, 'attempt', -1)
return 1
