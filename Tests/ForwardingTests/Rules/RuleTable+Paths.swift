/// What some member may read otherwise, and what Martlet answers itself.
extension RuleTable {
    /// Paths that not everybody reads alike.
    static let ambiguities = """
        # Where all readings lead to one place the path passes, as it came.
        plain stranger | GET judge.test /files/a%2Fb | shop1 | /files/a%2Fb
        plain stranger | GET judge.test /a/../b | shop1 | /a/../b
        plain stranger | GET judge.test /admin/a%2Fb | admin1 | /admin/a%2Fb
        plain stranger | GET judge.test /%61dmin | admin1 | /%61dmin
        plain stranger | GET judge.test /admin/. | admin1
        plain stranger | GET judge.test /admin//x | admin1
        plain stranger | GET judge.test /a;b=c/d | shop1 | /a;b=c/d
        plain stranger | GET judge.test //x | shop1 | //x
        plain stranger | GET judge.test /x%2Fadmin | shop1
        plain stranger | GET judge.test /admin;jsessionid=A1.b | admin1 | /admin;jsessionid=A1.b
        # Dots, slashes, escapes, parameters: what may be another balancer's is nobody's.
        plain stranger | GET judge.test //admin | 400 path-ambiguous
        plain stranger | GET judge.test //admin/x | 400 path-ambiguous
        plain stranger | GET judge.test //x/admin | 400 path-ambiguous
        plain stranger | GET judge.test /./admin | 400 path-ambiguous
        plain stranger | GET judge.test /x/../admin | 400 path-ambiguous
        plain stranger | GET judge.test /admin/../x | 400 path-ambiguous
        plain stranger | GET judge.test /admin/.. | 400 path-ambiguous
        plain stranger | GET judge.test /x/%2e%2e/admin | 400 path-ambiguous
        plain stranger | GET judge.test /x/..%2fadmin | 400 path-ambiguous
        plain stranger | GET judge.test /admin%2F | 400 path-ambiguous
        plain stranger | GET judge.test /admin%2fx | 400 path-ambiguous
        plain stranger | GET judge.test /%2Fadmin | 400 path-ambiguous
        plain stranger | GET judge.test /%2561dmin | 400 path-ambiguous
        plain stranger | GET judge.test /admin;x | 400 path-ambiguous
        plain stranger | GET judge.test /admin;x=y/z | 400 path-ambiguous
        plain stranger | GET judge.test /x;%2f../admin | 400 path-ambiguous
        plain stranger | GET judge.test /x/..;/admin | 400 path-ambiguous
        plain stranger | GET judge.test /admin;jsessionid=a%2Fb | 400 path-ambiguous
        plain stranger | GET judge.test /admin%00 | 400 path-ambiguous
        plain stranger | GET judge.test /admin%3Fx | 400 path-ambiguous
        plain stranger | GET judge.test /admin%23x | 400 path-ambiguous
        plain stranger | GET judge.test /admin%20 | 400 path-ambiguous
        plain stranger | GET judge.test /adm%0Ain | 400 path-ambiguous
        plain stranger | GET judge.test /\\admin | 400 path-ambiguous
        plain stranger | GET judge.test /x%5C..%5Cadmin | 400 path-ambiguous
        plain stranger | GET judge.test http://judge.test//admin | 400 path-ambiguous
        # Nor what only some read as the end of a name, or as the exact path.
        plain stranger | GET shop.test /x.png%00 | 400 path-ambiguous
        plain stranger | GET shop.test /x.png;y | 400 path-ambiguous
        plain stranger | GET shop.test /x%2Epng | 400 path-ambiguous
        plain stranger | GET shop.test /status;x | 400 path-ambiguous
        plain stranger | GET shop.test /status%2F | 400 path-ambiguous
        plain stranger | GET shop.test /x/../status | 400 path-ambiguous
        plain stranger | GET shop.test //old | 400 path-ambiguous
        plain stranger | GET shop.test /gone/..;/x | 400 path-ambiguous
        # escaped-slashes: pass makes them letters among the places of one balancer that keep nobody out.
        plain stranger | GET git.test /api%2Fx | shop1 | /api%2Fx
        tls stranger | GET git.test /api%2Fx | shop1 | - | -Strict-Transport-Security
        tls stranger | GET git.test /api/x | shop1 | - | Strict-Transport-Security: max-age=86400
        plain stranger | GET git.test /a%2Fb%2Fc | shop1 | /a%2Fb%2Fc
        plain stranger | GET git.test /other%2Fx | 400 path-ambiguous
        plain stranger | GET git.test /in%2Fx | 400 path-ambiguous
        plain inside | GET git.test /in%2Fx | 400 path-ambiguous
        plain inside | GET git.test /in/x | shop1
        plain stranger | GET git.test /x/../other | 400 path-ambiguous
        # refuse: no path with them passes.
        plain stranger | GET strict.test /a%2Fb | 400 path-ambiguous
        plain stranger | GET strict.test /a%2fb?c | 400 path-ambiguous
        plain stranger | GET strict.test /a/../b?c=%2F | shop1
        # A WebDAV Destination leads to where its target does.
        plain stranger | MOVE judge.test /a ; Destination: http://judge.test/b | shop1
        plain stranger | MOVE judge.test /admin/a ; Destination: /admin/b | admin1
        plain stranger | COPY judge.test /a ; Destination: http://judge.test/admin/b | 502 destination-elsewhere
        plain stranger | MOVE judge.test /a ; Destination: /x/../admin/b | 502 destination-elsewhere
        """

    /// What a path answers itself, and pages.
    static let answers = """
        plain stranger | GET shop.test /xmlrpc.php | 403 fixed-answer /xmlrpc.php answer | - | Page: Not here.
        plain stranger | POST shop.test /xmlrpc.php ; Content-Length: 5 | 403 fixed-answer /xmlrpc.php answer
        plain stranger | GET shop.test /xmlrpc.php/x?y | 403 fixed-answer /xmlrpc.php answer | - | Page: Not here.
        plain stranger | HEAD shop.test /xmlrpc.php | 403 fixed-answer /xmlrpc.php answer
        # A page for the status, or for its class; who asks for JSON gets no other.
        plain stranger | GET shop.test /gone | 404 fixed-answer /gone answer | - | Page: <p>lost
        plain stranger | GET shop.test /gone ; Accept: text/html | 404 fixed-answer /gone answer | - | Page: <p>lost
        plain stranger | GET shop.test /gone ; Accept: application/json | 404 fixed-answer /gone answer | - | -Page
        plain stranger | GET shop.test /down | 503 fixed-answer /down answer | - | Page: <p>sorry
        plain stranger | GET shop.test /down ; Accept: application/json | 503 fixed-answer /down answer | - | Page: {}
        plain stranger | GET shop.test /down ; Accept: text/html,*/*;q=0.8 | 503 fixed-answer /down answer
            | - | Page: <p>sorry
        # What has none is as without pages, and what a path says itself stays.
        plain stranger | GET shop.test /old/x.png | 410 fixed-answer /old/*.png answer | - | -Page
        plain stranger | GET shop.test /status | 200 fixed-answer =/status answer | - | Page: fine ; -Location
        plain stranger | GET part.test /none | 404 no-path | - | -Page
        """

    /// Where clients are sent.
    static let redirects = """
        # What follows the path, and the query, are put behind the target; 308 keeps the method.
        plain stranger | GET shop.test /old | 308 redirected /old redirect | - | Location: /new
        plain stranger | GET shop.test /old/ | 308 redirected /old redirect | - | Location: /new/
        plain stranger | POST shop.test /old/a/b?c=d&e ; Content-Length: 5 | 308 redirected /old redirect | -
            | Location: /new/a/b?c=d&e
        plain stranger | GET shop.test /old? | 308 redirected /old redirect | - | Location: /new?
        plain stranger | GET shop.test /old/a%2Fb | 308 redirected /old redirect | - | Location: /new/a%2Fb
        plain stranger | GET shop.test /old/%0D%0AX:y | 308 redirected /old redirect | - | Location: /new/%0D%0AX:y
        plain stranger | GET shop.test /old//evil.test | 308 redirected /old redirect | - | Location: /new/evil.test
        plain stranger | GET shop.test /old/{x} | 308 redirected /old redirect | - | Location: /new/%7Bx%7D
        plain stranger | GET shop.test /older | shop1
        plain stranger | GET shop.test http://shop.test/old/x | 308 redirected /old redirect | - | Location: /new/x
        # To another host, with a path and a query of its own.
        plain stranger | GET shop.test /docs/intro | 302 redirected /docs redirect | -
            | Location: https://docs.test/shop/intro
        plain stranger | GET shop.test /far | 301 redirected /far redirect | - | Location: http://far.test:81/x?y=1
        plain stranger | GET shop.test /far/z?q | 301 redirected /far redirect | -
            | Location: http://far.test:81/x/z?y=1&q
        plain stranger | GET shop.test /bare/x?y | 303 redirected /bare redirect | - | Location: /new
        plain stranger | GET shop.test /slash | 307 redirected /slash redirect | - | Location: /to/
        plain stranger | GET shop.test /slash/x | 307 redirected /slash redirect | - | Location: /to/x
        # A site's is for all that no path of it is for.
        plain stranger | GET moved.test / | 301 redirected / redirect | - | Location: https://shop.test/from/
        plain stranger | GET moved.test /x/y?z | 301 redirected / redirect | - | Location: https://shop.test/from/x/y
        plain stranger | GET moved.test //evil.test | 301 redirected / redirect | -
            | Location: https://shop.test/from/evil.test
        plain stranger | GET moved.test /a/../b | 301 redirected / redirect | -
            | Location: https://shop.test/from/a/../b
        plain stranger | PUT a.shop.test /healthz/x ; Content-Length: 5 | 200 fixed-answer /healthz answer
        """

    /// Who answers by a method, or by fields.
    static let cases = """
        # The first case that holds, else the path itself.
        plain stranger | GET shop.test /api/x | api1
        plain stranger | GET shop.test /api/x ; X-Canary: 1 | canary1 | /api/x ; X-Canary: 1
        plain stranger | HEAD shop.test /api/x ; x-canary: yes please | canary1
        plain stranger | POST shop.test /api/x ; X-Canary: 1 ; Content-Length: 5 | api1
        plain stranger | GET shop.test /api/x ; X-Canary: 10 | api1
        plain stranger | GET shop.test /api/x ; X-Canary: YES please | api1
        plain stranger | GET shop.test /api/x ; X-Canary: 0 ; X-Canary: 1 | canary1
        plain stranger | GET shop.test /api/x ; X-Internal: 1 ; X-Really: 1 | 403 fixed-answer /api answer
        plain stranger | GET shop.test /api/x ; X-Internal: 1 | api1
        plain stranger | GET shop.test /api/x ; X-Canary: 1 ; X-Internal: 1 ; X-Really: 1 | canary1
        plain stranger | DELETE shop.test /api/x | 307 redirected /api redirect | - | Location: /read-only/x
        plain stranger | DELETE shop.test /api/admin/x | admin1
        plain stranger | DELETE shop.test /x ; X-Canary: 1 | shop1
        # The rest of the path's keys are for all of its cases.
        tls stranger | GET shop.test /api/x ; X-Canary: 1 | canary1 | -
            | Strict-Transport-Security: max-age=3600; includeSubDomains
        http stranger | GET shop.test /api/x ; X-Canary: 1 | 308 redirected /api redirect | -
            | Location: https://shop.test:8443/api/x
        plain stranger | GET shop.test /api/../x | 400 path-ambiguous
        """
}
