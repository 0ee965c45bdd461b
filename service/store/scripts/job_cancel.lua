-- Stop the retraining that is under way; its worker learns it from the next beat.
-- KEYS  1 events  2 job
-- ARGV  1 operation  2 who
-- Answers 1, also when this operation came before; 0 when nothing is under way
local job = KEYS[2]
local kept = redis.call('HMGET', job, 'state', 'op')
if kept[2] == ARGV[1] then return 1 end
if kept[1] ~= 'queued' and kept[1] ~= 'running' then return 0 end
redis.call('HDEL', job, 'token', 'until', 'worker')
redis.call('HSET', job, 'state', 'cancelled', 'op', ARGV[1], 'ended', string.format('%d', now()))
log('', 'retraining_cancelled', ARGV[2], '', '')
return 1
