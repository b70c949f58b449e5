/// Further tables of the guarded edge.
extension RuleTable {
    /// Who is let in by name and password: Ada, whose password is `sesame`, in both files.
    static let users = """
        plain stranger | GET users.test /x | 401 denied-user / users | -
            | WWW-Authenticate: Basic realm="All", charset="UTF-8"
        plain stranger | GET users.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== | shop1
            | /x ; Authorization: Basic YWRhOnNlc2FtZQ== | -WWW-Authenticate
        tls stranger | GET users.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== | shop1
        tls stranger | GET users.test /x | 401 denied-user / users
        plain stranger | GET users.test /x ; authorization: basic YWRhOnNlc2FtZQ== | shop1
        plain stranger | POST users.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== ; Content-Length: 5 | shop1
        # A wrong password, and a name that nobody has: explain does not check them.
        plain stranger | GET users.test /x ; Authorization: Basic YWRhOm9wZW4= | 401 denied-user / users
            ; explain: shop1
        plain stranger | GET users.test /x ; Authorization: Basic Ym9iOnNlc2FtZQ== | 401 denied-user / users
            ; explain: shop1
        # None that can be read, or two of them.
        plain stranger | GET users.test /x ; Authorization: Bearer YWRhOnNlc2FtZQ== | 401 denied-user / users
        plain stranger | GET users.test /x ; Authorization: Basic ! | 401 denied-user / users
        plain stranger | GET users.test /x ; Authorization: Basic YWRh | 401 denied-user / users
        plain stranger | GET users.test /x ; Authorization: Basic OnNlc2FtZQ== | 401 denied-user / users
        plain stranger | GET users.test /x ; Proxy-Authorization: Basic YWRhOnNlc2FtZQ== | 401 denied-user / users
        plain stranger
            | GET users.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== ; Authorization: Basic YWRhOnNlc2FtZQ==
            | 401 denied-user / users
        # The nearest level says which file, and off lets everybody in.
        plain stranger | GET users.test /.well-known/x | shop1
        plain stranger | GET users.test /own | 401 denied-user /own users | -
            | WWW-Authenticate: Basic realm="restricted", charset="UTF-8"
        plain stranger | GET users.test /own ; Authorization: Basic YWRhOnNlc2FtZQ== | shop1
        # Who is sent elsewhere is not asked; before a fixed answer everybody is.
        plain stranger | GET users.test /moved/y | 308 redirected /moved redirect | -
            | Location: /x/y ; -WWW-Authenticate
        http stranger | GET users.test /x | 308 redirected / redirect | - | -WWW-Authenticate
        plain stranger | GET users.test /fixed | 401 denied-user /fixed users | - | -Page
        plain stranger | GET users.test /fixed ; Authorization: Basic YWRhOnNlc2FtZQ== | 200 fixed-answer /fixed answer
            | - | Page: secret
        # Addresses go before passwords.
        plain stranger | GET users.test /both | 403 denied-address /both allow | - | -WWW-Authenticate
        plain stranger | GET users.test /both ; Authorization: Basic YWRhOnNlc2FtZQ== | 403 denied-address /both allow
        plain inside | GET users.test /both | 401 denied-user /both users
        plain inside | GET users.test /both ; Authorization: Basic YWRhOnNlc2FtZQ== | shop1
        plain banned | GET users.test /x ; Authorization: Basic YWRhOnNlc2FtZQ== | 403 denied-address / deny
        # No path leads past the question.
        plain stranger | GET users.test /.well-known/../x | 400 path-ambiguous
        plain stranger | GET users.test /.well-known/..;/x | 400 path-ambiguous
        plain stranger | GET users.test /.well-known%2F..%2Fx | 400 path-ambiguous
        plain stranger | MOVE users.test /.well-known/a ; Destination: /b | 502 destination-elsewhere
        """

    /// How many requests in a time, and how many at once.
    static let rates = """
        # Two a minute: two at once, and the next one in half a minute.
        plain stranger | 2. GET rated.test / | shop1 | - | -Retry-After
        plain stranger | 3. GET rated.test / | 429 rate-limit / rate-limit | - | Retry-After: 30
        plain v6 | 3. GET rated.test / | 429 rate-limit / rate-limit | - | Retry-After: 30
        unix local | 3. GET rated.test / | 429 rate-limit / rate-limit
        # The rates of all levels count.
        plain stranger | 1. GET rated.test /slow | shop1
        plain stranger | 2. GET rated.test /slow | 429 rate-limit /slow rate-limit | - | Retry-After: 3600
        plain stranger | 3. GET rated.test /slow | 429 rate-limit /slow rate-limit | - | Retry-After: 30
        plain stranger | 3. GET rated.test /moved | 429 rate-limit /moved rate-limit | - | -Location
        plain stranger | 2. GET rated.test /moved | 308 redirected /moved redirect
        plain stranger | 3. GET rated.test /x/../slow | 429 rate-limit rate-limit
        plain stranger | 2. GET rated.test /x/../slow | 400 path-ambiguous
        # Before a password is looked at, and behind the addresses.
        plain stranger | 3. GET rated.test /in | 429 rate-limit /in rate-limit | - | -WWW-Authenticate
        plain stranger | 2. GET rated.test /in ; Authorization: Basic YWRhOnNlc2FtZQ== | shop1
        plain stranger | 3. GET rated.test /shut | 403 denied-address /shut allow
        # By a field or a cookie; who has none, by his address.
        plain stranger | GET keyed.test /key ; X-Key: a | 200 fixed-answer /key answer
        plain stranger | 2. GET keyed.test /key ; X-Key: a | 429 rate-limit /key rate-limit | - | Retry-After: 3600
        plain stranger | 2. GET keyed.test /key | 429 rate-limit /key rate-limit
        plain stranger | 2. GET keyed.test /sid ; Cookie: a=b; SID=one | 200 fixed-answer /sid answer
        plain stranger | 3. GET keyed.test /sid ; Cookie: a=b; SID=one | 429 rate-limit /sid rate-limit
        plain stranger | 2. GET keyed.test /two ; X-Key: a | 429 rate-limit /two rate-limit
        plain stranger | 4. GET keyed.test /burst | 200 fixed-answer /burst answer
        plain stranger | 5. GET keyed.test /burst | 429 rate-limit /burst rate-limit | - | Retry-After: 1
        # Behind a trusted proxy each client counts by himself.
        plain proxy | 3. GET rated.test / ; X-Forwarded-For: 198.51.100.7 | 429 rate-limit / rate-limit
        # A listener's rate is for all that there is, and for what there is not.
        slow stranger | 2. GET shop.test / | shop1
        slow stranger | 3. GET shop.test / | 429 rate-limit listener rate-limit | - | Retry-After: 1
        slow stranger | 3. GET unknown.test / | 429 rate-limit listener rate-limit
        slow stranger | 3. GET shop.test /admin | 429 rate-limit listener rate-limit
        # What an address has under way.
        plain stranger | 2& GET counted.test / | shop1
        plain stranger | 3& GET counted.test / | 429 exchanges-limit / limits.exchanges-per-address | - | -Retry-After
        plain stranger | 3. GET counted.test / | shop1
        plain stranger | 2& GET counted.test /one | 429 exchanges-limit /one limits.exchanges-per-address
        plain stranger | 2. GET counted.test /one | shop1
        plain stranger | 3. GET counted.test /fixed | 200 fixed-answer /fixed answer
        """

    /// What is closed for maintenance, and to whom.
    static let closed = """
        plain stranger | GET closed.test / | 503 maintenance / maintenance | - | Retry-After: 600 ; Page: <p>down
        plain stranger | GET closed.test / ; Accept: application/json | 503 maintenance / maintenance | - | -Page
        plain office | GET closed.test / | shop1
        plain proxy | GET closed.test / ; X-Forwarded-For: 203.0.113.5 | shop1
        plain proxy | GET closed.test / ; X-Forwarded-For: 198.51.100.7 | 503 maintenance / maintenance
        plain stranger | GET closed.test / ; X-Forwarded-For: 203.0.113.5 | 503 maintenance / maintenance
        unix local | GET closed.test / | 503 maintenance / maintenance
        # A path may stay open.
        plain stranger | GET closed.test /api/x | api1
        # What is closed is not told to be elsewhere, and answers nothing else.
        plain stranger | GET closed.test /old | 503 maintenance /old maintenance | - | -Location
        plain office | GET closed.test /old | 308 redirected /old redirect
        plain stranger | GET closed.test /fixed | 503 maintenance /fixed maintenance | - | Page: <p>down
        plain office | GET closed.test /fixed | 200 fixed-answer /fixed answer | - | Page: ok
        plain stranger | GET closed.test /x/../api | 503 maintenance maintenance
        plain office | GET closed.test /x/../api | 400 path-ambiguous
        # Addresses go before, passwords come behind.
        plain stranger | GET closed.test /admin | 403 denied-address /admin allow
        plain inside | GET closed.test /admin | 503 maintenance /admin maintenance
        plain banned | GET closed.test / | 403 denied-address / deny
        plain stranger | GET closed.test /in | 503 maintenance /in maintenance | - | -WWW-Authenticate
        plain office | GET closed.test /in | 401 denied-user /in users
        # The redirect to TLS goes before.
        http stranger | GET closed.test / | 308 redirected / redirect
        # Where it is not on, its keys wait for it to be.
        plain stranger | GET soon.test / | shop1
        """
}
