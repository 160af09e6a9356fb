-- Logins of 10,000 users, each with a code that was never sent before.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local number, start = 0, os.time()
function request()
  number = number + 1
  return wrk.format(nil, nil, nil, string.format('{"code":"%dx%d-%d"}', math.random(10000), start, number))
end
