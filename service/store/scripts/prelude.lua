-- Shared by every script; service/store/lua.py puts it before each.
--
-- Scripts on comments take the site's keys first, in the order of Names.shared, then their own from KEYS[SHARED + 1].
-- Fields of a comment are named in service/store/encoding.py. States: w waiting, c claimed, a approved, r rejected.
-- Everything but taking comments in must work at maxmemory: there a script may write once it has made a write that
-- needs no memory, so each begins with ZREM, UNLINK or PERSIST, even where that changes nothing.

local QUEUES = 3
local SHARED = 6 + 2 * QUEUES
local events, held, out, dead, labels, mates = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

local function waiting(queue) return KEYS[6 + queue] end
local function claimed(queue) return KEYS[6 + QUEUES + queue] end

-- The server's clock, in milliseconds since 1970.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function settled(state) return state == 'a' or state == 'r' end

-- Write a line of the log. Returns its id.
local function log(id, kind, by, version, detail)
  return redis.call('XADD', events, '*', 'e', kind, 'id', id, 'by', by, 'v', version, 'x', detail)
end

-- Write a line of the log; its id is noted with the comment, so that a trace reads no other lines. Of very many
-- lines the last hundred or so are noted: a longer field would double the comment's memory.
local function record(comment, id, kind, by, version, detail)
  local line = log(id, kind, by, version, detail)
  local lines = redis.call('HGET', comment, 'e')
  if lines and #lines > 1900 then lines = string.match(lines, ' (.*)', -1600) end
  redis.call('HSET', comment, 'e', lines and lines .. ' ' .. line or line)
end

-- A change of state: raise the version by one and log it. Returns the new version.
local function move(comment, id, kind, by, detail)
  local version = redis.call('HINCRBY', comment, 'v', 1)
  record(comment, id, kind, by, version, detail)
  return version
end

-- Write without a change: WAIT covers only what its own connection wrote, so a repetition that asks replicas to
-- confirm the first attempt must write again.
local function touch(comment, version)
  redis.call('PERSIST', events)
  redis.call('HSET', comment, 'v', version)
end

-- How a comment stands: {outcome, state, version, by or '', at ms}.
local function standing(outcome, comment)
  local kept = redis.call('HMGET', comment, 's', 'v', 'lm', 'by', 'at', 'e')
  if not kept[1] then return {'not_found'} end
  if outcome == 'repeated' then touch(comment, kept[2]) end
  local last = string.match(kept[6], '(%d+)%-%d+$')
  if kept[3] then return {outcome, kept[1], kept[2], kept[3], last} end
  return {outcome, kept[1], kept[2], kept[4] or '', kept[5] or last}
end

-- One card more or less in a reviewer's hands.
local function hold(reviewer, cards)
  if redis.call('HINCRBY', held, reviewer, cards) <= 0 then redis.call('HDEL', held, reviewer) end
end

-- End the claim on a comment. A copy came with another comment's card and is none itself. Begins with ZREM.
local function end_claim(comment, id)
  local kept = redis.call('HMGET', comment, 'q', 'lm', 'lc')
  redis.call('ZREM', claimed(kept[1]), id)
  if not kept[3] then hold(kept[2], -1) end
  redis.call('HDEL', comment, 'lm', 'lt', 'ld', 'lc')
end

-- A comment that leaves the queues leaves its campaign; which it was is noted, in case it comes back. Begins with ZREM.
local function leave_campaign(comment, id)
  local campaign = redis.call('ZSCORE', mates, id)
  redis.call('ZREM', mates, id)
  if campaign then redis.call('HSET', comment, 'g', campaign) end
end

local function rejoin_campaign(comment, id)
  local campaign = redis.call('HGET', comment, 'g')
  if campaign then
    redis.call('ZADD', mates, campaign, id)
    redis.call('HDEL', comment, 'g')
  end
end

-- Put a comment in its queue.
local function wait_at(comment, id, queue, place)
  redis.call('HSET', comment, 's', 'w', 'q', queue)
  redis.call('ZADD', waiting(queue), place, id)
end

-- Put a comment back where it was.
local function wait(comment, id)
  local kept = redis.call('HMGET', comment, 'q', 'z')
  wait_at(comment, id, kept[1], kept[2])
end

-- Take a waiting comment off its queue; its place is noted only now, for most are looked at once. Begins with ZREM.
-- False when it does not wait there.
local function take_off(comment, id, queue)
  local place = redis.call('ZSCORE', waiting(queue), id)
  if not place then return false end
  redis.call('ZREM', waiting(queue), id)
  redis.call('HSET', comment, 'z', place)
  return true
end

-- Take a comment out of its queue, whether it waits there or is claimed. Begins with ZREM.
local function leave_queue(comment, id)
  local kept = redis.call('HMGET', comment, 's', 'q')
  if kept[1] == 'w' then take_off(comment, id, kept[2]) end
  if kept[1] == 'c' then end_claim(comment, id) end
  leave_campaign(comment, id)
end

-- Nothing is to be told to the platform. Begins with ZREM.
local function hush(id)
  redis.call('ZREM', out, id)
  redis.call('ZREM', dead, id)
end

-- Tell the platform of this state and version at the given time.
local function tell(comment, id, state, version, at)
  redis.call('HSET', comment, 'xs', state, 'xv', version)
  redis.call('HDEL', comment, 'xa')
  redis.call('ZADD', out, at, id)
end

-- Text is kept for a while after the last decision, and for good while a person must still look.
local function keep_for(comment, earlier, keep_ms)
  redis.call('PEXPIRE', comment, keep_ms)
  redis.call('PEXPIRE', earlier, keep_ms)
end

local function keep(comment, earlier)
  redis.call('PERSIST', comment)
  redis.call('PERSIST', earlier)
end

-- List a comment under its author's keyed hash, for erasure. The list outlives its comments but not for ever.
local function list_author(author, id, at, keep_ms)
  redis.call('ZREMRANGEBYSCORE', author, '-inf', at - keep_ms)
  redis.call('ZADD', author, at, id)
  redis.call('PEXPIRE', author, keep_ms)
end

-- The last decision of a person: a approve, r reject, e escalate.
local function note_decision(comment, decision, by, at, reason, note)
  redis.call('HDEL', comment, 'y', 'o')
  redis.call('HSET', comment, 'd', decision, 'by', by, 'at', at)
  if reason ~= '' then redis.call('HSET', comment, 'y', reason) end
  if note ~= '' then redis.call('HSET', comment, 'o', note) end
end

-- Keep of a reviewer what was decided in the last two days.
local function note_in_diary(diary, id, at)
  local diary_ms = 172800000
  redis.call('ZREMRANGEBYSCORE', diary, '-inf', at - diary_ms)
  redis.call('ZADD', diary, at, id)
  redis.call('PEXPIRE', diary, diary_ms)
end

-- Keep what was decided, with the text, for training, and beside it what the policy had said and the author's keyed
-- hash; the labels of one campaign carry its mark. Of a blind look the script says so afterwards.
local function write_label(label, comment, id, source, value, by, at, reason, keep_ms, campaign)
  local kept = redis.call('HMGET', comment, 'x', 'k', 'u')
  redis.call('HSET', label, 'source', source, 'value', value, 'by', by, 'at', at, 'reason', reason, 'text', kept[1],
    'campaign', campaign or '', 'k', kept[2] or '', 'u', kept[3] or '', 'blind', '')
  redis.call('PEXPIRE', label, keep_ms)
  redis.call('ZADD', labels, at, id)
end

-- Choose a settled comment to be looked at blind. It counts while the comment has this version, so nothing else need
-- know of it. What nobody looked at in its time, or in excess of ten thousand, is dropped.
local function choose(looks, comment, id, kind, share, version, at, keep_ms)
  redis.call('HSET', comment, 'gk', kind, 'gp', share, 'gv', version)
  redis.call('HDEL', comment, 'gb', 'gl', 'ga', 'gt', 'gs', 'gd', 'gy', 'go')
  redis.call('ZREMRANGEBYSCORE', looks, '-inf', at - keep_ms)
  redis.call('ZADD', looks, at, id)
  redis.call('ZREMRANGEBYRANK', looks, 0, -10001)
end

-- A settled comment takes the other state, by what a person found: a decision like any other, and told like it.
local function correct(comment, earlier, label, id, decision, by, at, reason, note, value, detail, delay_ms, keep_ms)
  keep(comment, earlier)
  redis.call('HSETNX', comment, 'q', 1) -- where it waits when this is undone
  redis.call('HSETNX', comment, 'z', at)
  note_decision(comment, decision, by, at, reason, note)
  redis.call('HSET', comment, 's', decision)
  local version = move(comment, id, 'corrected', by, detail)
  redis.call('HSET', comment, 'gv', version)
  tell(comment, id, decision, version, at + delay_ms)
  write_label(label, comment, id, 'reviewer:' .. by, value, by, at, reason, keep_ms)
end

-- Keep an answer for the statistics; its place is noted with the comment, for erasure.
local function note_look(comment, looked, ...)
  local entry = redis.call('XADD', looked, 'MAXLEN', '~', 20000, '*', ...)
  local entries = redis.call('HGET', comment, 'ge')
  redis.call('HSET', comment, 'ge', entries and entries .. ' ' .. entry or entry)
  return entry
end
