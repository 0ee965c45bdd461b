-- Say how far a retraining is, and renew its lease.
-- KEYS  1 job
-- ARGV  1 token  2 stage  3 share  4 lease ms
-- Answers 1, or 0 when it is no longer this token's
local job = KEYS[1]
local kept = redis.call('HMGET', job, 'state', 'token')
if kept[1] ~= 'running' or kept[2] ~= ARGV[1] then return 0 end
redis.call('PERSIST', job)
redis.call('HSET', job, 'stage', ARGV[2], 'share', ARGV[3], 'until', string.format('%d', now() + ARGV[4]))
return 1
