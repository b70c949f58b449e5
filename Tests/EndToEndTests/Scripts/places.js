// Servers that tell which place of a site they read a request's path as, by the two parsers of URLs that Node has.
//
// Prints a line for each: its name and its port; see places.py for the answer.

"use strict";

const http = require("http");
const path = require("path");
const url = require("url");

const places = {
    admin: "/admin", acme: "/.well-known/acme-challenge", pub: "/pub", inner: "/inner",
};
const session = /(\/[^/;]+)((?:;jsessionid=[A-Za-z0-9._~!$*+,:=@-]*)+)(?=\/|$)/g;

function placeOf(read) {
    const bare = read.replace(session, (all, name) => (name === "/." || name === "/.." ? all : name));
    for (const [name, prefix] of Object.entries(places)) {
        if (bare === prefix || bare.startsWith(prefix + "/")) return name;
    }
    return "root";
}

const readings = {
    // As browsers read URLs: backslashes are slashes, and dot segments may be escaped.
    whatwg: (target) => decodeURIComponent(new URL(target, "http://localhost").pathname),
    // The same, of what was decoded before.
    decoded: (target) => new URL(decodeURIComponent(target), "http://localhost").pathname,
    // As servers of files do.
    legacy: (target) => path.posix.normalize(decodeURIComponent(url.parse(target, false, true).pathname)),
};

for (const [name, read] of Object.entries(readings)) {
    const server = http.createServer((request, response) => {
        let place;
        try {
            place = placeOf(read(request.url));
        } catch {
            response.writeHead(400, { "Content-Length": "0" }).end();
            return;
        }
        const balancer = request.headers["x-balancer-name"] ?? "";
        response.writeHead(200, { "X-Place": place, "X-Balancer": balancer, "Content-Length": "0" }).end();
    });
    server.keepAliveTimeout = 60000;
    server.listen(0, "127.0.0.1", () => console.log(name, server.address().port));
}
