/// What members and clients are told: fields, cookies, names of requests, paths under another name.
extension RuleTable {
    static let told = RuleEdge(
        name: "told",
        yaml: """
            listeners:
              - { address: "127.0.0.1:8443", tls: { certificates: certs } }
              - { address: "127.0.0.1:8080" }
            trusted-proxies: [192.0.2.0/28]
            log: { access: { format: json } }
            request-id: { field: X-Request-ID, answers: true }
            hsts: 1d
            cookies: { secure: auto, same-site: lax }
            fields:
              request:
                set: { X-Edge: one, X-Client: $client-address, X-Node: $balancer/$member, X-Where: "$scheme:$port" }
                add: { X-Hop: edge }
                remove: [X-Debug]
              answer:
                set: { Server: edge, X-Scheme: $scheme }
                remove: [X-Powered-By]
            sites:
              - host: shop.test
                fields: { request: { set: { X-Site: shop } }, answer: { add: { X-Frame-Options: DENY } } }
                paths:
                  /: shop
                  /in:
                    balancer: shop
                    fields:
                      request: { set: { X-Edge: two }, add: { X-Hop: path }, remove: [X-Site] }
                      answer: { set: { Server: path }, remove: [X-Frame-Options, X-Request-ID] }
                    cookies: { secure: never, only: [SID] }
                  /own: { answer: 204 }
                  /old: { redirect: /new }
                  /who:
                    balancer: shop
                    users: htpasswd
                    fields: { request: { set: { X-User: $user } }, answer: { set: { X-User: $user } } }
                  /strict: { balancer: shop, cookies: { secure: always, same-site: strict, http-only: true } }
                  /other: { balancer: shop, cookies: { secure: always, only: [OTHER] } }
              - host: map.test
                paths:
                  /shop: { balancer: shop, to: /inner, preserve-host: false, reverse-mapping: true }
                  /keep: { balancer: shop, to: /inner }
                  /root: { balancer: shop, to: / }
                  =/one: { balancer: shop, to: /inner/x }
              - { paths: { /: shop } }
            balancers:
              shop: { members: { shop1: "http://192.0.2.1" } }

            """)

    /// Fields of requests.
    static let requestFields = """
        # set stands in place of what clients say, add beside it, remove leaves it out; so do names that are read alike.
        plain stranger | GET shop.test / | shop1
            | X-Edge: one ; X-Client: 198.51.100.7 ; X-Node: shop/shop1 ; X-Where: http:8080 ; X-Hop: edge
              ; X-Site: shop ; X-Request-ID: *
        plain stranger | GET shop.test / ; X-Edge: forged ; x_edge: forged | shop1 | X-Edge: one ; -x_edge
        plain stranger | GET shop.test / ; X-Hop: mine | shop1 | X-Hop: mine ; X-Hop: edge
        plain stranger | GET shop.test / ; X-Debug: 1 ; x.debug: 1 ; X-Debugger: 1 | shop1
            | -X-Debug ; -x.debug ; X-Debugger: 1
        plain stranger | GET shop.test / ; Connection: X-Edge, X-Hop | shop1 | X-Edge: one ; X-Hop: edge
        # The inner level's names win, and the others are inherited.
        plain stranger | GET shop.test /in/x ; X-Site: mine | shop1
            | /in/x ; X-Edge: two ; X-Hop: path ; -X-Site ; X-Client: 198.51.100.7 ; X-Request-ID: *
        plain stranger | GET any.test / | shop1 | X-Edge: one ; -X-Site
        # Facts are those of the client, behind a trusted proxy too.
        tls v6 | GET shop.test / | shop1 | X-Client: 2001:db8::7 ; X-Where: https:8443
        plain proxy | GET shop.test / ; X-Forwarded-For: 9.9.9.9 ; X-Forwarded-Proto: https | shop1
            | X-Client: 9.9.9.9 ; X-Where: https:8080 ; X-Forwarded-For: 9.9.9.9, 192.0.2.8
            | X-Scheme: https ; Strict-Transport-Security: max-age=86400
        plain stranger | GET shop.test / ; X-Forwarded-For: 9.9.9.9 | shop1 | X-Client: 198.51.100.7
        # A request's name is Martlet's, or that of a trusted proxy.
        plain stranger | GET shop.test / ; X-Request-ID: a ; X_Request_ID: b | shop1 | X-Request-ID: * ; -X_Request_ID
        plain proxy | GET shop.test / ; X-Request-ID: abc-1 | shop1 | X-Request-ID: abc-1 | X-Request-ID: abc-1
        plain proxy | GET shop.test / ; X-Request-ID: a b | shop1 | X-Request-ID: * | X-Request-ID: *
        # $user is whose password was right, and nobody who only says so.
        plain stranger | GET shop.test /who ; Authorization: Basic YWRhOnNlc2FtZQ== ; X-User: root | shop1
            | X-User: ada | X-User: ada
        plain stranger | GET shop.test /who ; X-User: root | 401 denied-user /who users | - | -X-User ; Server: edge
        plain stranger | GET shop.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== ; X-User: root | shop1 | X-User: root
            | -X-User
        """

    /// Fields and cookies of answers.
    static let answerFields = """
        plain stranger | GET shop.test / | shop1 | -
            | Server: edge ; -X-Powered-By ; X-Scheme: http ; X-Frame-Options: DENY ; X-Request-ID: *
              ; -Strict-Transport-Security
        tls stranger | GET shop.test / | shop1 | -
            | Server: edge ; X-Scheme: https ; Strict-Transport-Security: max-age=86400
        plain stranger | GET shop.test /in | shop1 | -
            | Server: path ; -X-Powered-By ; X-Scheme: http ; -X-Frame-Options ; -X-Request-ID
        plain stranger | GET any.test / | shop1 | - | Server: edge ; -X-Frame-Options
        # Martlet's own answers say them too.
        tls stranger | GET shop.test /own | 204 fixed-answer /own answer | -
            | Server: edge ; X-Scheme: https ; X-Frame-Options: DENY ; X-Request-ID: *
              ; Strict-Transport-Security: max-age=86400
        plain stranger | GET shop.test /old/x | 308 redirected /old redirect | -
            | Location: /new/x ; Server: edge ; X-Request-ID: *
        plain stranger | GET shop.test /x/../own | 400 path-ambiguous | - | Server: edge ; X-Frame-Options: DENY
        plain stranger | GET map.test /none | 404 no-path | - | Server: edge ; -X-Frame-Options
        # Cookies: Secure where the client speaks TLS; an inner level's keys take the place of all outer ones.
        plain stranger | GET shop.test / | shop1 | - | Set-Cookie: SID=1; Path=/inner; SameSite=Lax
        tls stranger | GET shop.test / | shop1 | - | Set-Cookie: SID=1; Path=/inner; Secure; SameSite=Lax
        plain proxy | GET shop.test / ; X-Forwarded-Proto: https | shop1 | -
            | Set-Cookie: SID=1; Path=/inner; Secure; SameSite=Lax
        tls stranger | GET shop.test /in | shop1 | - | Set-Cookie: SID=1; Path=/inner
        plain stranger | GET shop.test /strict | shop1 | -
            | Set-Cookie: SID=1; Path=/inner; Secure; SameSite=Strict; HttpOnly
        plain stranger | GET shop.test /other | shop1 | - | Set-Cookie: SID=1; Path=/inner
        """

    /// Paths under another name at their members.
    static let mapped = """
        plain stranger | GET map.test /shop/x?y | shop1
            | /inner/x?y ; Host: 192.0.2.1 ; X-Forwarded-Host: map.test
            | Content-Location: http://map.test/shop/x ; Set-Cookie: SID=1; Path=/shop; SameSite=Lax
        tls stranger | GET map.test /shop/x | shop1 | /inner/x ; X-Forwarded-Proto: https
            | Content-Location: https://map.test/shop/x ; Set-Cookie: SID=1; Path=/shop; Secure; SameSite=Lax
        plain stranger | GET map.test /shop | shop1 | /inner
        plain stranger | GET map.test /shop/ | shop1 | /inner/
        plain stranger | GET map.test /shop?x | shop1 | /inner?x
        plain stranger | GET map.test /keep/x | shop1 | /inner/x ; Host: map.test
            | Content-Location: http://192.0.2.1/inner/x
        plain stranger | GET map.test /root/x | shop1 | /x
        plain stranger | GET map.test /root | shop1 | /
        plain stranger | GET map.test /root//x | shop1 | /x
        plain stranger | GET map.test /one?x | shop1 | /inner/x?x
        plain stranger | GET map.test /one/x | 404 no-path
        plain stranger | GET map.test / | 404 no-path
        # What some member may read as a path outside is nobody's.
        plain stranger | GET map.test /shop/../x | 400 path-ambiguous
        plain stranger | GET map.test /shop/%2e%2e/x | 400 path-ambiguous
        plain stranger | GET map.test /shop/..%2Fx | 400 path-ambiguous
        plain stranger | GET map.test /shop/a/../b | shop1 | /inner/a/../b
        # What a Destination names is mapped alike, and has to be the site's own.
        plain stranger | MOVE map.test /keep/a ; Destination: http://map.test/keep/b | shop1
            | /inner/a ; Destination: http://map.test/inner/b
        plain stranger | MOVE map.test /shop/a ; Destination: http://map.test/shop/b | shop1
            | /inner/a ; Destination: /inner/b
        plain stranger | MOVE map.test /keep/a ; Destination: http://other.test/keep/b | 502 destination-elsewhere
        plain stranger | MOVE map.test /keep/a ; Destination: https://map.test/keep/b | shop1
        plain stranger | MOVE map.test /keep/a ; Destination: https://map.test:80/keep/b | 502 destination-elsewhere
        plain stranger | MOVE map.test /keep/a ; Destination: keep/b | 502 destination-elsewhere
        # Who names no host has the member's own.
        plain stranger | GET - /x | shop1 | /x ; Host: 192.0.2.1 ; -X-Forwarded-Host
        """
}
