-- Each request is of another session than the one before, 4,000 of them in turn; written in advance, so that Lua only
-- looks one up. totals.lua beside this file prints what was counted.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "totals.lua")

local requests, turn = {}, 0

function init()
    for number = 1, 4000 do
        local noise = number * 2654435761 % 4294967296
        wrk.headers["Cookie"] = string.format("JSESSIONID=%08X89ABCDEF0123456789ABCDEF", noise)
        requests[number] = wrk.format()
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
