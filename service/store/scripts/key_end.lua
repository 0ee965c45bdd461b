-- Revoke an API key and, when it is rotated, put another one in its place.
-- KEYS  1 records: digest -> JSON  2 digests: key id -> digest
-- ARGV  1 key id  2 the site it must belong to, or '' for any  3 the successor's digest, or ''  4 the successor's id
-- Answers {digest of the revoked key, JSON of it or, if rotated, of its successor}, also when it was done before;
-- {} when there is no such key on that site, or when a key to be rotated was revoked already.
local digest = redis.call('HGET', KEYS[2], ARGV[1])
if not digest then
  return {}
end
local done = ARGV[3] ~= '' and redis.call('HGET', KEYS[1], ARGV[3])
if done then
  return {digest, done}
end
local kept = cjson.decode(redis.call('HGET', KEYS[1], digest))
local revoked = kept.revoked_ms
if (ARGV[2] ~= '' and kept.site ~= ARGV[2]) or (revoked and ARGV[3] ~= '') then
  return {}
end
redis.call('PERSIST', KEYS[1]) -- a first write that memory pressure does not refuse: a key can always be revoked
if not revoked then
  kept.revoked_ms = now()
  redis.call('HSET', KEYS[1], digest, cjson.encode(kept))
end
local result = cjson.encode(kept)
if ARGV[3] ~= '' then
  kept.id = ARGV[4]
  kept.created_ms = kept.revoked_ms
  kept.revoked_ms = nil
  result = cjson.encode(kept)
  redis.call('HSET', KEYS[1], ARGV[3], result)
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[3])
end
return {digest, result}
