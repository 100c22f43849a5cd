-- For wrk: asks the paths of a file in turn, and counts what is no plain success or names two generations.
local paths, at, failed, mixed = {}, 0, 0, 0
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  at = number * 37
  checked = args[2] == "checked"
  if not checked then response = nil end
end

function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end

function response(status, headers, body)
  if status ~= 200 then failed = failed + 1 end
  local named, etag = body:match('"generation":"([^"]+)"'), headers["etag"] or ""
  if not named or not etag:find(named, 1, true) then mixed = mixed + 1 end
end

function done(summary, latency)
  local bad, two = 0, 0
  for _, thread in ipairs(threads) do
    bad, two = bad + (thread:get("failed") or 0), two + (thread:get("mixed") or 0)
  end
  local errors = summary.errors
  io.write(string.format("RESULT %f %f %f %d %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status + bad, two))
end
