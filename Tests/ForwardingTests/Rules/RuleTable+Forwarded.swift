/// `Forwarded` of trusted proxies and for members; how much is taken where.
extension RuleTable {
    static let forwarded = RuleEdge(
        name: "forwarded",
        yaml: """
            listeners:
              - { address: "127.0.0.1:8443", tls: { certificates: certs } }
              - { address: "127.0.0.1:8000", redirect: https }
              - { address: "127.0.0.1:8080" }
              - { address: "unix:/run/m.sock" }
            trusted-proxies: [192.0.2.0/28, "unix:/run/m.sock"]
            forwarded: { read: forwarded, write: [x-forwarded, forwarded] }
            limits: { request-body: 100 }
            log: { access: { format: json } }
            sites:
              - host: shop.test
                limits: { request-body: 10 }
                timeouts: { answer: 5m }
                paths:
                  /: shop
                  /in: { balancer: shop, allow: 10.0.0.0/8 }
                  /up: { balancer: shop, limits: { request-body: 1KiB } }
                  /any: { balancer: shop, limits: { request-body: off } }
                  /fixed: { answer: 200 }
              - { host: bare.test, paths: { /: shop } }
            balancers:
              shop: { members: { shop1: "http://192.0.2.1" } }

            """)

    /// Which proxies are believed, and what members are told.
    static let chains = """
        plain stranger | GET shop.test / | shop1
            | X-Forwarded-For: 198.51.100.7 ; X-Real-IP: 198.51.100.7 ; X-Forwarded-Proto: http
              ; X-Forwarded-Host: shop.test ; Forwarded: for=198.51.100.7;proto=http;host=shop.test
        plain v6 | GET shop.test / | shop1 | Forwarded: for="[2001:db8::7]";proto=http;host=shop.test
        plain proxy | GET shop.test / ; Forwarded: for=9.9.9.9 | shop1
            | X-Forwarded-For: 9.9.9.9, 192.0.2.8 ; X-Real-IP: 9.9.9.9
              ; Forwarded: for=9.9.9.9;proto=http;host=shop.test, for=192.0.2.8;proto=http;host=shop.test
        plain proxy | GET shop.test / ; Forwarded: for=9.9.9.9;proto=https;host=public.test | shop1
            | X-Forwarded-Proto: https ; X-Forwarded-Host: public.test ; -X-Forwarded-Port ; Host: shop.test
              ; Forwarded: for=9.9.9.9;proto=https;host=public.test, for=192.0.2.8;proto=http;host=shop.test
        plain proxy | GET shop.test / ; Forwarded: for="[2001:db8::9]:4711" | shop1 | X-Real-IP: 2001:db8::9
        # A stranger's word is nobody's, nor is what is not read.
        plain stranger | GET shop.test / ; Forwarded: for=10.0.0.1;proto=https;host=evil.test | shop1
            | X-Real-IP: 198.51.100.7 ; X-Forwarded-Host: shop.test
        plain proxy | GET shop.test / ; X-Forwarded-For: 9.9.9.9 ; X-Forwarded-Host: evil.test | shop1
            | X-Forwarded-For: 192.0.2.8 ; X-Real-IP: 192.0.2.8 ; X-Forwarded-Host: shop.test
        plain stranger | GET shop.test /in ; Forwarded: for=10.0.0.1 | 403 denied-address /in allow
        plain proxy | GET shop.test /in ; X-Forwarded-For: 10.0.0.1 | 403 denied-address /in allow
        # Of several the last one that is no trusted proxy, or is no address.
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1 | shop1
        plain proxy | GET shop.test /in ; Forwarded: for=9.9.9.9, for=10.0.0.1 | shop1
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1, for=9.9.9.9 | 403 denied-address /in allow
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1, for=192.0.2.9 | shop1
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1 ; Forwarded: for=192.0.2.9 | shop1
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1, for=unknown | 403 denied-address /in allow
        plain proxy | GET shop.test /in ; Forwarded: for=10.0.0.1, for=_hidden | 403 denied-address /in allow
        plain proxy | GET shop.test /in ; Forwarded: proto=https | 403 denied-address /in allow
        plain inside | GET shop.test /in ; Forwarded: for=9.9.9.9 | shop1
        # A UNIX-domain listener stands for all of its clients.
        unix local | GET shop.test /in ; Forwarded: for=10.0.0.1 | shop1
            | X-Forwarded-For: 10.0.0.1 ; X-Real-IP: 10.0.0.1
        unix local | GET shop.test /in | 403 denied-address /in allow
        # Who has come to the proxy by TLS is not sent there.
        http proxy | GET shop.test / ; Forwarded: for=9.9.9.9;proto=https | shop1
        http proxy | GET shop.test / ; Forwarded: for=9.9.9.9;proto=http | 308 redirected / redirect
        http proxy | GET shop.test / ; X-Forwarded-Proto: https | 308 redirected / redirect
        http stranger | GET shop.test / ; Forwarded: for=9.9.9.9;proto=https | 308 redirected / redirect
        """

    /// The nearest level says how much content is taken.
    static let bounds = """
        plain stranger | POST shop.test / ; Content-Length: 10 | shop1 | Content-Length: 10
        plain stranger | POST shop.test / ; Content-Length: 11 | 413 request-body
        plain stranger | POST shop.test /up ; Content-Length: 1024 | shop1
        plain stranger | POST shop.test /up/x ; Content-Length: 1025 | 413 request-body
        plain stranger | POST shop.test /any ; Content-Length: 5000 | shop1
        plain stranger | POST bare.test / ; Content-Length: 100 | shop1
        plain stranger | POST bare.test / ; Content-Length: 101 | 413 request-body
        # Who is refused for another reason is so before.
        plain stranger | POST shop.test /in ; Content-Length: 11 | 403 denied-address /in allow
        plain stranger | POST shop.test /fixed ; Content-Length: 5000 | 200 fixed-answer /fixed answer
        http stranger | POST shop.test / ; Content-Length: 11 | 308 redirected / redirect
        """
}
