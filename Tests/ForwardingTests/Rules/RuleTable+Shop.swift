/// Listeners, sites, paths, fixed answers, redirects and cases.
extension RuleTable {
    static let shop = RuleEdge(
        name: "shop",
        yaml: """
            listeners:
              - { address: "127.0.0.1:8443", tls: { certificates: certs } }
              - { address: "127.0.0.1:8000", redirect: https }
              - { address: "127.0.0.1:8080" }
            trusted-proxies: [192.0.2.0/28]
            log: { access: { format: json } }
            sites:
              - host: [shop.test, www.shop.test]
                hsts: 365d
                pages: { 404: lost.html, 5xx: { html: sorry.html, json: sorry.json } }
                paths:
                  /: shop
                  =/: { redirect: /start }
                  =/status: { answer: 200, text: fine }
                  "/*.png": images
                  "/old/*.png": { answer: 410 }
                  /old: { redirect: /new }
                  /docs: { redirect: { to: "https://docs.test/shop", status: 302 } }
                  /far: { redirect: { to: "http://far.test:81/x?y=1", status: 301 } }
                  /bare: { redirect: { to: /new, rest: drop, query: drop, status: 303 } }
                  /slash: { redirect: { to: /to/, status: 307 } }
                  /xmlrpc.php: { answer: 403, text: Not here. }
                  /gone: { answer: 404 }
                  /down: { answer: 503 }
                  /.well-known/acme-challenge: { balancer: shop, cleartext: true }
                  /api:
                    balancer: api
                    hsts: { max-age: 1h, subdomains: true }
                    cases:
                      - { when: { method: [GET, HEAD], field: { X-Canary: ["1", "yes please"] } }, balancer: canary }
                      - { when: { has: [X-Internal, X-Really] }, answer: 403 }
                      - { when: { method: DELETE }, redirect: { to: /read-only, status: 307 } }
                  /api/admin: admin
              - { host: "*.shop.test", redirect: "https://shop.test", paths: { /healthz: { answer: 200, text: ok } } }
              - { host: moved.test, redirect: { to: "https://shop.test/from", status: 301, query: drop } }
              - { host: probes.test, listeners: "127.0.0.1:8080", paths: { /: shop } }
              - { host: secure.test, listeners: "127.0.0.1:8443", paths: { /: api } }
              - host: git.test
                escaped-slashes: pass
                paths:
                  /: shop
                  /api: { balancer: shop, hsts: 1d }
                  /other: api
                  /in: { balancer: shop, allow: 10.0.0.0/8 }
              - { host: strict.test, escaped-slashes: refuse, paths: { /: shop } }
              - { host: judge.test, paths: { /: shop, /admin: admin } }
              - { host: app.test, paths: { /: app } }
              - { host: part.test, paths: { "/a/*.php": api, =/b: shop, /c/d: shop } }
            balancers:
              shop: { members: { shop1: "http://192.0.2.1" } }
              images: { members: { images1: "http://192.0.2.11" } }
              api: { members: { api1: "http://192.0.2.21" } }
              canary: { members: { canary1: "http://192.0.2.31" } }
              admin: { members: { admin1: "http://192.0.2.41" } }
              app: { affinity: { cookie: SID }, members: { app1: "http://192.0.2.51", app2: "http://192.0.2.52" } }

            """,
        pages: ["lost.html": "<p>lost", "sorry.html": "<p>sorry", "sorry.json": "{}"])

    /// By which listener, and for which host.
    static let ways = """
        # A listener in cleartext serves what it has, and says where the client has come in.
        plain stranger | GET shop.test /cart?id=7 | shop1
            | /cart?id=7 ; Host: shop.test ; X-Forwarded-For: 198.51.100.7 ; X-Real-IP: 198.51.100.7
              ; X-Forwarded-Proto: http ; X-Forwarded-Port: 8080 ; X-Forwarded-Host: shop.test ; -Forwarded
            | Server: inner ; -Strict-Transport-Security
        plain v6 | GET shop.test /cart | shop1 | X-Forwarded-For: 2001:db8::7 ; X-Real-IP: 2001:db8::7
        plain stranger | POST shop.test /cart ; Content-Length: 5 | shop1 | /cart ; Content-Length: 5
        # What a stranger says of himself is not passed on.
        plain stranger
            | GET shop.test /cart ; X-Forwarded-For: 9.9.9.9 ; X-Real-IP: 9.9.9.9 ; Forwarded: for=9.9.9.9
              ; X-Forwarded-Proto: https ; X_Forwarded_Host: evil.test
            | shop1
            | X-Forwarded-For: 198.51.100.7 ; X-Real-IP: 198.51.100.7 ; X-Forwarded-Proto: http ; -Forwarded
              ; X-Forwarded-Host: shop.test ; -X_Forwarded_Host
        # Over TLS hsts is said, that of the nearest level.
        tls stranger | GET shop.test /cart | shop1
            | X-Forwarded-Proto: https ; X-Forwarded-Port: 8443 | Strict-Transport-Security: max-age=31536000
        tls stranger | GET shop.test /api/x | api1 | -
            | Strict-Transport-Security: max-age=3600; includeSubDomains
        tls stranger | GET judge.test /x | shop1 | - | -Strict-Transport-Security
        # On Martlet's own answers too.
        tls stranger | GET shop.test /gone | 404 fixed-answer /gone answer | -
            | Strict-Transport-Security: max-age=31536000
        tls stranger | GET shop.test /old | 308 redirected /old redirect | -
            | Strict-Transport-Security: max-age=31536000 ; Location: /new
        tls stranger | GET shop.test /x/../old | 400 path-ambiguous | - | Strict-Transport-Security: max-age=31536000
        # Hosts: in any case, with a port, with the root's dot; a target in absolute form goes before Host.
        plain stranger | GET SHOP.Test /cart | shop1 | Host: SHOP.Test
        plain stranger | GET shop.test:8080 /cart | shop1 | Host: shop.test:8080
        plain stranger | GET shop.test. /cart | shop1
        plain stranger | GET www.shop.test /cart | shop1 | Host: www.shop.test
        plain stranger | GET other.test http://shop.test/cart?x | shop1 | /cart?x ; Host: shop.test
        plain stranger | GET shop.test http://unknown.test/ | 404 no-site
        plain stranger | GET unknown.test / | 404 no-site | - | -Page
        plain stranger | GET shop.test.evil.test / | 404 no-site
        plain stranger | GET myshop.test / | 404 no-site
        plain stranger | GET - / | 404 no-site
        # A wildcard is for all below it, but for what is declared exactly.
        plain stranger | GET a.shop.test /x?y | 308 redirected / redirect | - | Location: https://shop.test/x?y
        plain stranger | GET a.b.shop.test /x | 308 redirected / redirect | - | Location: https://shop.test/x
        plain stranger | GET a.shop.test /healthz | 200 fixed-answer /healthz answer | - | Page: ok
        # A site is served at its listeners alone.
        plain stranger | GET probes.test /x | shop1
        tls stranger | GET probes.test /x | 404 no-site
        http stranger | GET probes.test /x | 404 no-site
        tls stranger | GET secure.test /x | api1
        plain stranger | GET secure.test /x | 404 no-site
        # A listener that sends to TLS: the same URL at the port of the first listener with TLS.
        http stranger | GET secure.test /x?y | 308 redirected / redirect | -
            | Location: https://secure.test:8443/x?y
        http stranger | GET shop.test /cart?id=7 | 308 redirected / redirect | -
            | Location: https://shop.test:8443/cart?id=7 ; -Strict-Transport-Security
        http stranger | GET shop.test:8000 / | 308 redirected =/ redirect | - | Location: https://shop.test:8443/
        http stranger | GET judge.test /x | 308 redirected redirect | - | Location: https://judge.test:8443/x
        http stranger | GET judge.test /admin | 308 redirected redirect
        http stranger | GET shop.test /old/x | 308 redirected /old redirect | -
            | Location: https://shop.test:8443/old/x
        http stranger | GET shop.test /status | 308 redirected =/status redirect
        http stranger | POST shop.test /cart ; Content-Length: 5 | 308 redirected / redirect
        http stranger | GET unknown.test / | 404 no-site
        http stranger | GET - / | 404 no-site
        http stranger | GET shop.test /x/../old | 400 path-ambiguous
        # What is marked is served there, and nothing that may be taken for it.
        http stranger | GET shop.test /.well-known/acme-challenge/token | shop1
        http stranger | GET shop.test /.well-known/acme-challenge2 | 308 redirected / redirect
        http stranger | GET shop.test /.well-known/acme-challenge/../x | 400 path-ambiguous
        # Who has come to a trusted proxy by TLS is there already; a stranger's word is nobody's.
        http proxy | GET shop.test /cart ; X-Forwarded-Proto: https | shop1 | X-Forwarded-Proto: https
            | Strict-Transport-Security: max-age=31536000
        http proxy | GET shop.test /cart ; X-Forwarded-Proto: http | 308 redirected / redirect
        http proxy | GET shop.test /cart | 308 redirected / redirect
        http stranger | GET shop.test /cart ; X-Forwarded-Proto: https | 308 redirected / redirect
        # Methods that no member gets.
        plain stranger | TRACE shop.test /cart | 405 trace-method
        plain stranger | CONNECT shop.test shop.test:443 | 405 connect-method
        plain stranger | OPTIONS judge.test * | shop1 | *
        plain stranger | PROPFIND judge.test /x | shop1 | /x
        # A session goes to its member.
        plain stranger | GET app.test / ; Cookie: SID=abc.app2 | app2
        plain stranger | GET app.test / ; Cookie: SID=abc.app1 | app1
        plain stranger | GET app.test / ; Cookie: a=b; SID=abc.app2 | app2
        """

    /// Which path.
    static let places = """
        # The longest one on segment borders, in the case in which it is written.
        plain stranger | GET judge.test / | shop1
        plain stranger | GET judge.test /admin | admin1 | /admin
        plain stranger | GET judge.test /admin/ | admin1 | /admin/
        plain stranger | GET judge.test /admin/x/y?z | admin1 | /admin/x/y?z
        plain stranger | GET judge.test /administrator | shop1
        plain stranger | GET judge.test /Admin | shop1
        plain stranger | GET judge.test /x/admin | shop1
        plain stranger | GET shop.test /api/admin/x | admin1
        plain stranger | GET shop.test /api/administrator | api1
        # An exact path goes before all others, and is neither for what is below it nor with a slash behind it.
        plain stranger | GET shop.test /status | 200 fixed-answer =/status answer | - | Page: fine
        plain stranger | GET shop.test /status?x | 200 fixed-answer =/status answer
        plain stranger | GET shop.test /status/ | shop1
        plain stranger | GET shop.test /status/x | shop1
        plain stranger | GET shop.test /statusx | shop1
        plain stranger | GET shop.test / | 308 redirected =/ redirect | - | Location: /start
        plain stranger | GET shop.test /?q | 308 redirected =/ redirect | - | Location: /start?q
        # An end of a name goes before every path without =, however deep; that below the longer path before others.
        plain stranger | GET shop.test /x.png | images1 | /x.png
        plain stranger | GET shop.test /a/b/x.png?y | images1
        plain stranger | GET shop.test /api/x.png | images1
        plain stranger | GET shop.test /gone/x.png | images1
        plain stranger | GET shop.test /docs/a/x.png | images1
        plain stranger | GET shop.test /x.PNG | shop1
        plain stranger | GET shop.test /x.png/y | shop1
        plain stranger | GET shop.test /x.pngx | shop1
        plain stranger | GET shop.test /x?y.png | shop1
        plain stranger | GET shop.test /old/x.png | 410 fixed-answer /old/*.png answer
        plain stranger | GET shop.test /old/a/b/x.png | 410 fixed-answer /old/*.png answer
        plain stranger | GET shop.test /older/x.png | images1
        plain stranger | GET shop.test /a%20b.png | images1 | /a%20b.png
        # A site of a few paths has nothing else.
        plain stranger | GET part.test /a/x.php | api1
        plain stranger | GET part.test /a/b/x.php | api1
        plain stranger | GET part.test /b | shop1
        plain stranger | GET part.test /c/d/e | shop1
        plain stranger | GET part.test / | 404 no-path
        plain stranger | GET part.test /b/ | 404 no-path
        plain stranger | GET part.test /c | 404 no-path
        plain stranger | GET part.test /c/dx | 404 no-path
        plain stranger | GET part.test /a/x | 404 no-path
        plain stranger | GET part.test /x.php | 404 no-path
        """
}
