/// Who may ask: addresses, users, rates, what is under way, and maintenance.
extension RuleTable {
    static let guarded = RuleEdge(
        name: "guarded",
        yaml: """
            listeners:
              - { address: "127.0.0.1:8443", tls: { certificates: certs } }
              - { address: "127.0.0.1:8000", redirect: https }
              - { address: "127.0.0.1:8080" }
              - { address: "127.0.0.1:8081", allow: [10.0.0.0/8, "fd00::/8"], deny: 10.66.0.0/16 }
              - { address: "127.0.0.1:8082", rate-limit: { rate: 60/m, burst: 2 } }
              - { address: "127.0.0.1:8083", proxy-protocol: [trusted], deny: 10.66.0.0/16 }
              - { address: "unix:/run/m.sock" }
            trusted-proxies: [192.0.2.0/28]
            log: { access: { format: json } }
            deny: [203.0.113.66, file:/banned.txt]
            sites:
              - host: shop.test
                paths:
                  /: shop
                  /admin: { balancer: admin, allow: [10.0.0.0/8, "fd00::/8", file:/office.txt] }
                  /admin/open: { balancer: admin, allow: all }
                  /admin/free: { balancer: admin, allow: all, deny: none }
                  /local: { balancer: shop, allow: [unix, 10.1.0.0/16] }
                  /both: { balancer: shop, allow: 10.0.0.0/8, deny: [10.1.2.3, unix] }
                  /shut: { balancer: shop, allow: none }
                  /fixed: { answer: 200, text: ok, allow: 10.0.0.0/8 }
                  /away: { redirect: /admin, allow: 10.0.0.0/8 }
              - host: ends.test
                paths:
                  /: shop
                  "/*.png": images
                  /admin: { balancer: admin, allow: 10.0.0.0/8 }
                  "/admin/pub/*.png": images
              - host: staff.test
                allow: 10.0.0.0/8
                paths:
                  /app: shop
                  /pub: { balancer: shop, allow: all }
                  /part: { balancer: shop, deny: 10.1.0.0/16 }
              - host: users.test
                users: { file: htpasswd, realm: All }
                paths:
                  /: shop
                  /.well-known: { balancer: shop, users: off }
                  /own: { balancer: shop, users: others }
                  /moved: { redirect: /x }
                  /fixed: { answer: 200, text: secret }
                  /both: { balancer: shop, allow: 10.0.0.0/8 }
              - host: rated.test
                rate-limit: 2/m
                paths:
                  /: shop
                  /slow: { balancer: shop, rate-limit: 1/h }
                  /moved: { redirect: /x }
                  /in: { balancer: shop, users: htpasswd }
                  /shut: { balancer: shop, allow: none }
              - host: keyed.test
                paths:
                  /key: { answer: 200, rate-limit: { rate: 1/h, by: { field: X-Key } } }
                  /sid: { answer: 200, rate-limit: { rate: 2/h, by: { cookie: SID } } }
                  /two: { answer: 200, rate-limit: [{ rate: 9/h, by: { field: X-Key } }, 1/h] }
                  /burst: { answer: 200, rate-limit: { rate: 1/s, burst: 4 } }
              - host: counted.test
                limits: { exchanges-per-address: 2 }
                paths:
                  /: shop
                  /one: { balancer: shop, limits: { exchanges-per-address: 1 } }
                  /fixed: { answer: 200 }
              - host: closed.test
                maintenance: { enabled: true, allow: [203.0.113.0/24], retry-after: 10m }
                pages: { 503: down.html }
                paths:
                  /: shop
                  /api: { balancer: api, maintenance: false }
                  /old: { redirect: /x }
                  /fixed: { answer: 200, text: ok }
                  /admin: { balancer: admin, allow: 10.0.0.0/8 }
                  /in: { balancer: shop, users: htpasswd }
              - { host: soon.test, maintenance: { enabled: false, retry-after: 1h }, paths: { /: shop } }
            balancers:
              shop: { members: { shop1: "http://192.0.2.1" } }
              images: { members: { images1: "http://192.0.2.11" } }
              api: { members: { api1: "http://192.0.2.21" } }
              admin: { members: { admin1: "http://192.0.2.31" } }

            """,
        pages: ["down.html": "<p>down"],
        lists: ["/banned.txt": ["203.0.113.128/25"], "/office.txt": ["203.0.113.0/28", "203.0.113.66"]])

    /// `allow` and `deny` of listeners, the top, sites and paths.
    static let addresses = """
        # Where there is an allow, everybody else is out; ranges, both families, files.
        plain stranger | GET shop.test / | shop1
        plain stranger | GET shop.test /admin/x | 403 denied-address /admin allow
        plain inside | GET shop.test /admin/x | admin1
        plain fd00::1 | GET shop.test /admin/x | admin1
        plain v6 | GET shop.test /admin/x | 403 denied-address /admin allow
        plain ::ffff:10.1.2.3 | GET shop.test /admin/x | admin1
        plain office | GET shop.test /admin/x | admin1
        plain 203.0.113.16 | GET shop.test /admin/x | 403 denied-address /admin allow
        # Who is denied is out, allowed or not.
        plain banned | GET shop.test / | 403 denied-address / deny
        plain 203.0.113.200 | GET shop.test / | 403 denied-address / deny
        plain banned | GET shop.test /admin/x | 403 denied-address /admin deny
        plain inside | GET shop.test /both | 403 denied-address /both deny
        plain 10.1.2.4 | GET shop.test /both | shop1
        plain stranger | GET shop.test /both | 403 denied-address /both allow
        # An inner list takes the place of the outer one of its kind, and of no other.
        plain stranger | GET shop.test /admin/open | admin1
        plain banned | GET shop.test /admin/open | 403 denied-address /admin/open deny
        plain banned | GET shop.test /admin/free | admin1
        plain banned | GET shop.test /both | 403 denied-address /both allow
        plain inside | GET shop.test /shut | 403 denied-address /shut allow
        # Martlet's own answers are closed too.
        plain stranger | GET shop.test /fixed | 403 denied-address /fixed allow | - | -Page
        plain inside | GET shop.test /fixed | 200 fixed-answer /fixed answer | - | Page: ok
        plain stranger | GET shop.test /away | 403 denied-address /away allow | - | -Location
        plain inside | GET shop.test /away/x | 308 redirected /away redirect | - | Location: /admin/x
        # A closed site does not say which paths there are not.
        plain stranger | GET staff.test /app | 403 denied-address /app allow
        plain inside | GET staff.test /app | shop1
        plain stranger | GET staff.test /none | 403 denied-address allow
        plain inside | GET staff.test /none | 404 no-path
        plain stranger | GET staff.test /app/../pub | 403 denied-address allow
        plain inside | GET staff.test /app/../pub | 400 path-ambiguous
        plain stranger | GET staff.test /pub/x | shop1
        plain inside | GET staff.test /part | 403 denied-address /part deny
        plain 10.2.0.1 | GET staff.test /part | shop1
        plain stranger | GET staff.test /part | 403 denied-address /part allow
        # Nor does the top, which sites there are.
        plain banned | GET unknown.test / | 403 denied-address deny
        plain stranger | GET unknown.test / | 404 no-site
        # A closed place is closed however it is written.
        plain stranger | GET shop.test /admin | 403 denied-address /admin allow
        plain stranger | GET shop.test /%61dmin | 403 denied-address /admin allow
        plain stranger | GET SHOP.test. /admin/ | 403 denied-address /admin allow
        plain stranger | GET other.test http://shop.test/admin | 403 denied-address /admin allow
        plain stranger | GET other.test http://SHOP.test.:80/./admin | 400 path-ambiguous
        plain stranger | GET shop.test //admin | 400 path-ambiguous
        plain stranger | GET shop.test /./admin | 400 path-ambiguous
        plain stranger | GET shop.test /%2e/admin | 400 path-ambiguous
        plain stranger | GET shop.test /x/../admin | 400 path-ambiguous
        plain stranger | GET shop.test /x/%2E%2e/admin | 400 path-ambiguous
        plain stranger | GET shop.test /admin%2F | 400 path-ambiguous
        plain stranger | GET shop.test /admin%5C | 400 path-ambiguous
        plain stranger | GET shop.test /%5Cadmin | 400 path-ambiguous
        plain stranger | GET shop.test /admin;x | 400 path-ambiguous
        plain inside | GET shop.test /x/../admin | 400 path-ambiguous
        # Members that do not tell upper case from lower are shown no way past it either.
        plain stranger | GET shop.test /ADMIN | 400 path-ambiguous letter-case
        plain inside | GET shop.test /Admin/x | 400 path-ambiguous letter-case
        plain stranger | GET shop.test /X | shop1
        # An end of a name leads past no closed path, but where it is declared below that.
        plain stranger | GET ends.test /x.png | images1
        plain stranger | GET ends.test /admin/x.png | 403 denied-address /admin allow
        plain inside | GET ends.test /admin/x.png | admin1
        plain stranger | GET ends.test /admin/pub/x.png | images1
        plain stranger | GET ends.test /admin/pub/x.jpg | 403 denied-address /admin allow
        # A listener's lists are a gate in front of all that there is.
        gated inside | GET shop.test / | shop1
        gated fd00::1 | GET shop.test / | shop1
        gated stranger | GET shop.test / | 403 denied-address listener allow
        gated stranger | GET shop.test /admin/free | 403 denied-address listener allow
        gated 10.66.0.1 | GET shop.test / | 403 denied-address listener deny
        gated stranger | GET unknown.test / | 403 denied-address listener allow
        gated stranger | GET shop.test /x/../admin | 403 denied-address listener allow
        gated inside | GET shop.test /shut | 403 denied-address /shut allow
        gated inside | GET unknown.test / | 404 no-site
        # Clients of UNIX-domain listeners have no address: they are in only where they are named.
        unix local | GET shop.test / | shop1
        unix local | GET shop.test /local | shop1
        unix local | GET shop.test /admin | 403 denied-address /admin allow
        unix local | GET shop.test /admin/open | admin1
        unix local | GET shop.test /both | 403 denied-address /both deny
        plain inside | GET shop.test /local | shop1
        plain stranger | GET shop.test /local | 403 denied-address /local allow
        # Whoever is sent to TLS is so before he is told what is closed there.
        http stranger | GET shop.test /admin/x | 308 redirected /admin redirect
        http banned | GET shop.test / | 308 redirected / redirect
        """

    /// Behind trusted proxies it is the client's address that counts.
    static let proxies = """
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 10.0.0.1 | admin1
            | X-Forwarded-For: 10.0.0.1, 192.0.2.8 ; X-Real-IP: 10.0.0.1
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 198.51.100.7 | 403 denied-address /admin allow
        plain proxy | GET shop.test /admin | 403 denied-address /admin allow
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 10.0.0.1, 198.51.100.7 | 403 denied-address /admin allow
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 198.51.100.7, 10.0.0.1 | admin1
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 198.51.100.7, 10.0.0.1, 192.0.2.9 | admin1
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 10.0.0.1, unknown | 403 denied-address /admin allow
        plain proxy | GET shop.test /admin ; X-Forwarded-For: 198.51.100.7 ; X-Forwarded-For: 10.0.0.1 | admin1
        plain proxy | GET shop.test /admin ; X-Forwarded-For: fd00::7 | admin1
        plain proxy | GET shop.test /admin ; Forwarded: for=10.0.0.1 | 403 denied-address /admin allow
        plain proxy | GET shop.test / ; X-Forwarded-For: 203.0.113.66 | 403 denied-address / deny
        plain stranger | GET shop.test /admin ; X-Forwarded-For: 10.0.0.1 | 403 denied-address /admin allow
        plain stranger | GET shop.test /admin ; X-Real-IP: 10.0.0.1 | 403 denied-address /admin allow
        plain inside | GET shop.test /admin ; X-Forwarded-For: 198.51.100.7 | admin1
        gated proxy | GET shop.test / ; X-Forwarded-For: 10.0.0.1 | shop1
        gated proxy | GET shop.test / ; X-Forwarded-For: 198.51.100.7 | 403 denied-address listener allow
        gated proxy | GET shop.test / | 403 denied-address listener allow
        unix local | GET shop.test /admin ; X-Forwarded-For: 10.0.0.1 | 403 denied-address /admin allow
        """

    /// Whom a proxy names by the PROXY protocol, that is who asks.
    static let introduced = """
        proxied office | GET shop.test /admin/x | admin1
            | X-Forwarded-For: 203.0.113.5 ; X-Real-IP: 203.0.113.5 ; X-Forwarded-Port: 443
        proxied inside | GET shop.test /admin/x | admin1
        proxied stranger | GET shop.test /admin/x | 403 denied-address /admin allow
        proxied banned | GET shop.test / | 403 denied-address / deny
        proxied 10.66.0.1 | GET shop.test / | 403 denied-address listener deny
        proxied stranger | GET shop.test /admin/x ; X-Forwarded-For: 10.0.0.1 | 403 denied-address /admin allow
        # It may be a trusted proxy itself.
        proxied 192.0.2.9 | GET shop.test /admin/x ; X-Forwarded-For: 10.0.0.1 | admin1
            | X-Forwarded-For: 10.0.0.1, 192.0.2.9 ; X-Real-IP: 10.0.0.1
        proxied office | GET closed.test / | shop1
        proxied stranger | GET closed.test / | 503 maintenance / maintenance
        proxied stranger | 3. GET rated.test / | 429 rate-limit / rate-limit
        """
}
