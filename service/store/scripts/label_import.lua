-- Keep a batch of what another platform's moderators decided. What is kept already is not touched, and what a person
-- decided here of the same text stands above it.
-- KEYS  shared; for each label: the label, that of the comment with its id here, the author's two lists (any key of
--       the site where they are unknown)
-- ARGV  source, who imports, keep ms, keep ms of the authors' lists; for each label: id, value, reason, said at or '',
--       text, the author's digests, author, attributes, platform's id
-- Answers for each label 'new', 'changed', 'same' or 'decided'
local FIRST_KEY, KEYS_EACH, FIRST_ARG, ARGS_EACH = SHARED + 1, 4, 5, 9

local at, answers, kept = now(), {}, 0

local function keep_label(place, key, arg)
  local said_at = ARGV[arg + 3] == '' and at or ARGV[arg + 3]
  redis.call('HSET', KEYS[key], 'source', ARGV[1], 'value', ARGV[arg + 1], 'by', 'import', 'at', said_at, 'reason',
    ARGV[arg + 2], 'text', ARGV[arg + 4], 'u', ARGV[arg + 5], 'm', ARGV[arg + 6], 'says', ARGV[arg + 7], 'ref',
    ARGV[arg + 8])
  redis.call('PEXPIRE', KEYS[key], ARGV[3])
  redis.call('ZADD', labels, at + place / 1024, ARGV[arg]) -- no two of a batch in one place
  local list = key + 2
  for _ in string.gmatch(ARGV[arg + 5], '%S+') do
    list_author(KEYS[list], ARGV[arg], at, ARGV[4])
    list = list + 1
  end
  kept = kept + 1
end

for place = 0, (#ARGV - FIRST_ARG + 1) / ARGS_EACH - 1 do
  local key, arg = FIRST_KEY + place * KEYS_EACH, FIRST_ARG + place * ARGS_EACH
  local known = redis.call('HMGET', KEYS[key], 'value', 'reason', 'text')
  if redis.call('HGET', KEYS[key + 1], 'text') == ARGV[arg + 4] then
    answers[place + 1] = 'decided'
  elseif known[1] == ARGV[arg + 1] and known[2] == ARGV[arg + 2] and known[3] == ARGV[arg + 4] then
    redis.call('HSET', KEYS[key], 'by', 'import') -- written again, so that replicas confirm it (prelude.lua, touch)
    answers[place + 1] = 'same'
  else
    keep_label(place, key, arg)
    answers[place + 1] = known[1] and 'changed' or 'new'
  end
end
if kept > 0 then log('', 'labels_imported', ARGV[2], '', cjson.encode({source = ARGV[1], labels = kept})) end
return answers
