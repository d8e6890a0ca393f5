-- Sends prepared requests in turn, over and over, each time round with another second in its events.
-- Arguments: the file of requests, and the second to begin with. Requests end with byte 2; of each, the parts between
-- which the second belongs are separated by byte 1.
local requests, turn, second = {}, 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for text in file:read("*a"):gmatch("([^\2]+)\2") do
    local parts = {}
    for part in text:gmatch("[^\1]+") do parts[#parts + 1] = part end
    requests[#requests + 1] = parts
  end
  file:close()
  second = tonumber(args[2])
end

function request()
  turn = turn + 1
  if turn > #requests then turn, second = 1, second - 1 end
  return table.concat(requests[turn], second)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "p50_us": %d, "p99_us": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
