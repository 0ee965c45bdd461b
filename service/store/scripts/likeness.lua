-- Shared by the scripts that take texts in: find the campaign of a text by what it is like (models/likeness.py).
-- KEYS  after author: newer index, older index, follows, followed (Names.alike)
-- ARGV  from 15: sketch or '', minima that must agree, what may be followed of a, r, risk in steps, bands…
local index, older = KEYS[SHARED + 5], KEYS[SHARED + 6]
local follows, followed = KEYS[SHARED + 7], KEYS[SHARED + 8]
local sketch, enough, may_follow, risk = ARGV[15], tonumber(ARGV[16]), ARGV[17], tonumber(ARGV[18])
local BANDS_FROM = 19
local MOST_BANDS = 100000 -- of the newer index; then it becomes the older one
local INDEX_KEPT_MS = 30 * 86400000
local FOLLOWED_KEPT_MS = 8 * 86400000 -- longer than any decision is followed

-- The number of the campaign that began with this comment.
local function number_of(founder)
  return string.format('%d', tonumber(string.sub(redis.sha1hex(founder), 1, 11), 16))
end

local function agreeing(kept)
  local count = 0
  for place = 1, #sketch do
    if string.byte(kept, place) == string.byte(sketch, place) then count = count + 1 end
  end
  return count
end

-- The comment a text is most like, by the bands both have: its campaign's first; nil when there is none.
local function founder_of()
  if #ARGV < BANDS_FROM then return nil end
  local best, founder = sketch == '' and 0 or enough, nil
  for _, key in ipairs({index, older}) do
    local found = redis.call('HMGET', key, unpack(ARGV, BANDS_FROM))
    for _, kept in ipairs(found) do
      local agree = kept and agreeing(kept)
      if agree and (agree > best or agree == best and not founder) then
        best, founder = agree, string.sub(kept, #sketch + 1)
      end
    end
  end
  return founder
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

-- Remember what a text is like, under the comment that its campaign began with.
local function remember(founder)
  local fields = {}
  for place = BANDS_FROM, #ARGV do
    fields[#fields + 1] = ARGV[place]
    fields[#fields + 1] = sketch .. founder
  end
  redis.call('HSET', index, unpack(fields))
  local size = redis.call('HLEN', index)
  if size <= #fields then redis.call('PEXPIRE', index, INDEX_KEPT_MS) end
  if size > MOST_BANDS then redis.call('RENAME', index, older) end
end

local function is_queued(id)
  for queue = 1, QUEUES do
    if redis.call('ZSCORE', waiting(queue), id) or redis.call('ZSCORE', claimed(queue), id) then return true end
  end
  return false
end

-- List a comment in a queue with those that are like it; its campaign's first is listed when the second comes.
local function join(id, founder)
  if #ARGV < BANDS_FROM then return end
  remember(founder or id)
  if not founder or founder == id then return end
  local campaign = number_of(founder)
  redis.call('ZADD', mates, campaign, id)
  if not redis.call('ZSCORE', mates, founder) and is_queued(founder) then
    redis.call('ZADD', mates, campaign, founder)
  end
end

-- Give a comment the state that a person decided for its campaign; the platform hears it in the answer to this.
local function follow(comment, id, decision, at)
  local rule = decision.rule
  redis.call('HSET', comment, 'd', rule.state, 'by', rule.by, 'at', at, 'lop', 'd:' .. rule.op, 'xh', rule.state,
    'g', decision.campaign, 'fo', decision.record)
  if rule.reason then redis.call('HSET', comment, 'y', rule.reason) end
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
