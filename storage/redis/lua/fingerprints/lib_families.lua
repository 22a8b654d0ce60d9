-- Articles by fingerprint and their families. A family is a hash under its first publisher: for each member the article
-- it agrees with ("" for the first publisher), the rule, the score, and when it was published, earliest and latest.
local function load_print(article)
  local packed = redis.call("GET", p .. "prints:" .. article)
  if not packed then return nil end
  local print = cmsgpack.unpack(packed)
  print.article = article
  return print
end

local function save_print(print)
  local article = print.article
  print.article = nil
  redis.call("SET", p .. "prints:" .. article, cmsgpack.pack(print))
  print.article = article
end

local function link_of(first, member)
  local packed = redis.call("HGET", p .. "family:" .. first, member)
  return packed and cmsgpack.unpack(packed)
end

local function set_link(first, member, link)
  redis.call("HSET", p .. "family:" .. first, member, cmsgpack.pack(link))
end

-- {"new"}, or {"copy", first publisher, rule, score, article it agrees with}
local function verdict_of(print)
  local link = print.of ~= "" and link_of(print.of, print.article)
  if not link then return {"new"} end
  return {"copy", print.of, link.rule, link.score, link.other}
end

-- The index is to be told; who does so reads the verdict, writes it and takes it off the list if it has not changed.
local function restate(article, of, link)
  local verdict = ""
  if link then
    verdict = {article = of, rule = link.rule, score = tonumber(link.score)}
    if link.other ~= of then verdict.matched = link.other end
    verdict = cjson.encode(verdict)
  end
  redis.call("HSET", p .. "restate", article, verdict)
end

-- Another member becomes the first publisher: the links on its way to the old one turn round.
local function lead(old, new)
  local family = p .. "family:" .. old
  local link = link_of(old, new)
  local before, rule, score, at = new, link.rule, link.score, link.other
  link.other, link.rule, link.score = "", "", "0"
  set_link(old, new, link)
  while at ~= "" do
    -- A member that aged out leaves a gap; the old first publisher never does.
    local following = link_of(old, at)
    if not following then
      at = old
      following = link_of(old, at)
    end
    local next_at, next_rule, next_score = following.other, following.rule, following.score
    following.other, following.rule, following.score = before, rule, score
    set_link(old, at, following)
    before, rule, score, at = at, next_rule, next_score, next_at
  end
  redis.call("RENAME", family, p .. "family:" .. new)
  redis.call("SREM", p .. "pinned", old)
  local members = redis.call("HGETALL", p .. "family:" .. new)
  for i = 1, #members, 2 do
    local member = load_print(members[i])
    if member then
      member.of = members[i] == new and "" or new
      save_print(member)
    end
    if members[i] == new then restate(new, "", nil) else restate(members[i], new, cmsgpack.unpack(members[i + 1])) end
  end
end

local function join(print, matched, rule, score)
  local other = load_print(matched)
  local first = other.of ~= "" and other.of or matched
  if redis.call("EXISTS", p .. "family:" .. first) == 0 then
    set_link(first, first, {other = "", rule = "", score = "0", earliest = other.earliest, latest = other.latest})
  end
  local link = {other = matched, rule = rule, score = score, earliest = print.earliest, latest = print.latest}
  set_link(first, print.article, link)
  print.of = first
  local earliest = link_of(first, first).earliest
  if print.latest ~= "" and earliest ~= "" and tonumber(print.latest) < tonumber(earliest)
    and redis.call("SISMEMBER", p .. "pinned", first) == 0 then
    save_print(print)
    lead(first, print.article)
    print.of = ""
  end
end

-- Take a copy out of its family; what agreed with it now hangs on what it agreed with.
local function leave(article, first, tell)
  local link = link_of(first, article)
  if not link then return end
  local family = p .. "family:" .. first
  redis.call("HDEL", family, article)
  local members = redis.call("HGETALL", family)
  for i = 1, #members, 2 do
    local child = cmsgpack.unpack(members[i + 1])
    if child.other == article then
      child.other = link.other
      set_link(first, members[i], child)
      if tell then restate(members[i], first, child) end
    end
  end
  if #members <= 2 then
    redis.call("DEL", family)
    redis.call("SREM", p .. "pinned", first)
  end
end
