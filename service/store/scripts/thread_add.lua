-- List a comment of the widget under its article, before it is kept: what was acknowledged is never missing, and what
-- was not kept after all is passed over by readers.
-- KEYS  1 the article's thread
-- ARGV  1 comment's id  2 how many are listed at most  3 keep ms
redis.call('ZADD', KEYS[1], 'NX', now(), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[2] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
