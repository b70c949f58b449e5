-- Makes wrk print what it counted as one line of JSON. Only `done` is defined: wrk then sends one ready-made request
-- and never calls Lua while the load runs.
function done(summary)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}\n',
        summary.requests, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
