-- List a comment that waits for a second opinion; one that is listed keeps its place.
-- KEYS  1 the list
-- ARGV  1 id
return redis.call('ZADD', KEYS[1], 'NX', now(), ARGV[1])
