-- Shared by the scripts that take texts in: find the campaign of a text by what it is like (models/likeness.py).
-- KEYS  after looks: newer index, older index, follows, followed (Names.alike)
-- ARGV  from 15: sketch and bands in one, '' of a text that is like no other; what may be followed of a, r; risk in steps
local index, older = KEYS[SHARED + 6], KEYS[SHARED + 7]
local follows, followed = KEYS[SHARED + 8], KEYS[SHARED + 9]
local like, may_follow, risk = ARGV[15], ARGV[16], tonumber(ARGV[17])
local SKETCH, BAND, ALIKE = 24, 8, 9 -- models/likeness.py
local MOST_BANDS = 100000 -- of the newer index; then it becomes the older one
local INDEX_KEPT_MS = 30 * 86400000
local FOLLOWED_KEPT_MS = 8 * 86400000 -- longer than any decision is followed

-- A short text has one band and no sketch, and is like those that are equal.
local is_short = string.sub(like, 1, 1) == '='
local sketch = is_short and '' or string.sub(like, 1, SKETCH)
local bands = {}
if is_short then
  bands[1] = like
else
  for place = SKETCH + 1, #like, BAND do bands[#bands + 1] = string.sub(like, place, place + BAND - 1) end
end

-- The number of the campaign that began with this comment.
local function number_of(founder)
  return string.format('%d', tonumber(string.sub(redis.sha1hex(founder), 1, 11), 16))
end

local function agrees(kept, ours)
  if string.sub(kept, 1, #sketch) == sketch then return true end
  local theirs, count = {string.byte(kept, 1, #sketch)}, 0
  for place = 1, #ours do
    if ours[place] == theirs[place] then count = count + 1 end
  end
  return count >= ALIKE
end

-- The first comment of the entries whose sketch agrees enough.
local function first_of(entries)
  local ours, seen = {string.byte(sketch, 1, -1)}, nil
  for place = 1, #bands do
    local kept = entries[place]
    if kept and kept ~= seen then
      if agrees(kept, ours) then return string.sub(kept, #sketch + 1) end
      seen = kept
    end
  end
end

-- The first comment of the campaign that a text is like, found by a band both have; nil when there is none. Also the
-- entries of its bands.
local function founder_of()
  if #bands == 0 then return nil, {} end
  local entries = redis.call('HMGET', index, unpack(bands))
  local founder = first_of(entries)
  if not founder and redis.call('EXISTS', older) == 1 then
    founder = first_of(redis.call('HMGET', older, unpack(bands)))
  end
  return founder, entries
end

-- What was decided of a campaign for its later members, where that may be followed: nil, or {campaign, record, fields}.
-- An approval is followed by nothing riskier than what was approved.
local function decision_for(founder)
  local campaign = founder and number_of(founder)
  local record = campaign and redis.call('HGET', follows, campaign)
  if not record then return nil end
  local rule = cjson.decode(record)
  if now() > rule.until_ms or not string.find(may_follow, rule.state, 1, true) then return nil end
  if rule.state == 'a' and risk > rule.risk then return nil end
  return {campaign = campaign, record = record, rule = rule}
end

-- Remember what a text is like, under the comment that its campaign began with. Now and then see to the index's size.
local function remember(founder, entries, at)
  local entry, fields = sketch .. founder, {}
  for place = 1, #bands do
    if entries[place] ~= entry then
      fields[#fields + 1] = bands[place]
      fields[#fields + 1] = entry
    end
  end
  if #fields > 0 then redis.call('HSET', index, unpack(fields)) end
  if at % 16 == 0 then
    if redis.call('PTTL', index) < 0 then redis.call('PEXPIRE', index, INDEX_KEPT_MS) end
    if redis.call('HLEN', index) > MOST_BANDS then redis.call('RENAME', index, older) end
  end
end

local function is_queued(id)
  for queue = 1, QUEUES do
    if redis.call('ZSCORE', waiting(queue), id) or redis.call('ZSCORE', claimed(queue), id) then return true end
  end
  return false
end

-- List a comment in a queue with those that are like it; its campaign's first is listed when the second comes.
local function join(id, founder, entries, at)
  if #bands == 0 then return end
  remember(founder or id, entries, at)
  if not founder or founder == id then return end
  local campaign = number_of(founder)
  local added = redis.call('ZADD', mates, campaign, id, campaign, founder)
  if added == 2 and not is_queued(founder) then redis.call('ZREM', mates, founder) end
end

-- Set the fields of a comment that follows what a person decided for its campaign; the platform hears it in the answer.
local function follow(set, decision, at)
  local rule = decision.rule
  set('d', rule.state)
  set('by', rule.by)
  set('at', at)
  if rule.reason then set('y', rule.reason) end
  set('lop', 'd:' .. rule.op)
  set('xh', rule.state)
  set('g', decision.campaign)
  set('fo', decision.record)
end

-- List a comment with the followers of its campaign, so that an undo finds it.
local function list_follower(id, decision, at)
  redis.call('ZREMRANGEBYSCORE', followed, '-inf', at - FOLLOWED_KEPT_MS)
  redis.call('ZADD', followed, at, decision.campaign .. ' ' .. id)
  redis.call('PEXPIRE', followed, FOLLOWED_KEPT_MS)
end

-- The log's detail of a comment that followed: the verdict it got, and whom and what it followed.
local function followed_detail(detail, rule)
  local rest = string.match(detail, '^%["%a+"(.*)%]$')
  local words = {a = 'approve', r = 'reject'}
  return '["' .. words[rule.state] .. '"' .. rest .. ',' .. cjson.encode(rule.like) .. ',' .. cjson.encode(rule.by) .. ']'
end
