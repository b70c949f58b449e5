import Bytes
import HTTP
import TestSupport
import Testing

@Suite struct FastCGIWriterTests {
    private static func declaring(
        params: [(String, String)] = [], passesAuthorization: Bool = true, front: String = "/index.php"
    ) -> GatewayRules {
        GatewayRules(
            root: bytes("/srv/www"), index: bytes("index.php"), suffix: bytes(".php"), front: bytes(front),
            params: params.map { (bytes($0), bytes($1)) }, passesAuthorization: passesAuthorization)
    }

    /// Writes a request's beginning, and reads it another way.
    private static func written(
        _ head: String, _ rules: GatewayRules = Self.declaring(), keeps: Bool = true, room: Int = BufferPool.largeBytes,
        changing change: (inout GatewayEnvironment) -> Void = { _ in }
    ) -> FastCGIRequest? {
        let source = bytes(head + "\r\n\r\n")
        let request = WrittenRequest(source.span)
        var environment = GatewayEnvironment()
        environment.clientAddress = bytes("192.0.2.7")
        change(&environment)
        let path = source.span.extracting(request.path(in: source.span))
        guard case .found(let script) = rules.resolve(path) else { return nil }
        let output = Buffer(capacity: room)
        _ = output.append("before")
        var fields = GatewayFields()
        let read = FastCGIWriter.begin(
            source.span, environment, rules, script, sorting: &fields, keeps: keeps, to: output)
        let isKept = output.withReadable { $0.extracting(0..<6).equals("before") }
        #expect(isKept)
        guard let read else {
            #expect(output.count == 6, "nothing is left behind")
            return nil
        }
        #expect(read.headBytes == source.count && read.framing == request.framing)
        output.consume(6)
        #expect(output.count % 8 == 0)
        return FastCGIRequest(output.withReadable { bytes in bytes.indices.map { bytes[$0] } })
    }

    @Test("FastCGI 5.1: a request begins with its role, its parameters and their end")
    func records() throws {
        for keeps in [true, false] {
            let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: a", keeps: keeps))
            #expect(request.isWellFormed && request.types == [1, 4, 4])
            #expect(request.role == [0, 1, keeps ? 1 : 0, 0, 0, 0, 0, 0])
            #expect(Set(request.names).count == request.names.count, "each parameter once")
        }
    }

    @Test("RFC 3875 4.1: what a program is told of a plain request, and nothing else")
    func plain() throws {
        let request = try #require(
            Self.written("GET /a%20b.php/c?d=%20e HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*"))
        #expect(
            request.params == [
                "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_SOFTWARE": "Martlet", "DOCUMENT_ROOT": "/srv/www",
                "CONTEXT_DOCUMENT_ROOT": "/srv/www", "CONTEXT_PREFIX": "", "REDIRECT_STATUS": "200",
                "HTTP_HOST": "shop.example:8080", "HTTP_ACCEPT": "*/*", "SERVER_NAME": "shop.example",
                "SERVER_PORT": "8080", "REQUEST_SCHEME": "http", "REMOTE_ADDR": "192.0.2.7",
                "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "GET", "QUERY_STRING": "d=%20e",
                "REQUEST_URI": "/a%20b.php/c?d=%20e", "SCRIPT_FILENAME": "/srv/www/a b.php", "SCRIPT_NAME": "/a b.php",
                "PATH_INFO": "/c", "PATH_TRANSLATED": "/srv/www/c",
            ])
    }

    @Test("RFC 3875 4.1: what the edge knows of the client and of itself")
    func environment() throws {
        let head = "PURGE /x?y HTTP/1.1\r\nHost: [2001:db8::1]\r\nContent-Type: text/plain\r\nContent-Length: 70000"
        let request = try #require(
            Self.written(head) {
                $0.clientPort = 65_535
                $0.localAddress = bytes("2001:db8::1")
                $0.localPort = 8443
                $0.isSecure = true
                $0.version = .http2
                $0.tlsVersion = "TLSv1.3"
                $0.cipher = "TLS_AES_128_GCM_SHA256"
                $0.serverName = bytes("shop.example")
                $0.originalTarget = bytes("/shop/x?y")
                $0.user = bytes("ann")
                $0.authentication = "Basic"
            })
        let expected = [
            "REMOTE_PORT": "65535", "SERVER_ADDR": "2001:db8::1", "SERVER_NAME": "[2001:db8::1]", "SERVER_PORT": "443",
            "REQUEST_SCHEME": "https", "HTTPS": "on", "SERVER_PROTOCOL": "HTTP/2.0", "SSL_PROTOCOL": "TLSv1.3",
            "SSL_CIPHER": "TLS_AES_128_GCM_SHA256", "SSL_TLS_SNI": "shop.example", "REQUEST_URI": "/shop/x?y",
            "REMOTE_USER": "ann", "AUTH_TYPE": "Basic", "REQUEST_METHOD": "PURGE", "QUERY_STRING": "y",
            "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "70000", "SCRIPT_NAME": "/index.php",
            "SCRIPT_FILENAME": "/srv/www/index.php",
        ]
        for (name, value) in expected { #expect(request.params[name] == value, "\(name)") }
        #expect(request.params["PATH_INFO"] == nil && request.params["HTTP_CONTENT_TYPE"] == nil)
        #expect(request.params["HTTP_CONTENT_LENGTH"] == nil)
    }

    @Test("a server without a name is called by its address")
    func nameless() throws {
        let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: ") { $0.localAddress = bytes("192.0.2.1") })
        #expect(request.params["SERVER_NAME"] == "192.0.2.1" && request.params["SERVER_PORT"] == "80")
    }

    static let fields: [(String, [String: String])] = [
        ("X-A: 1", ["HTTP_X_A": "1"]), ("x-a: 1", ["HTTP_X_A": "1"]), ("X-Ab-9: ", ["HTTP_X_AB_9": ""]),
        ("X_A: 1", [:]), ("X-A_B: 1", [:]), ("X.A: 1", [:]), ("X!: 1", [:]), ("X~a: 1", [:]),
        ("Proxy: 1", [:]), ("pROXY: 1", [:]), ("Proxy-A: 1", ["HTTP_PROXY_A": "1"]),
        ("Proxys: 1", ["HTTP_PROXYS": "1"]),
        ("X-A: 1\r\nX-A: 2", ["HTTP_X_A": "1, 2"]), ("X-A: 1\r\nB: 3\r\nx-a: 2", ["HTTP_X_A": "1, 2", "HTTP_B": "3"]),
        ("A: 1\r\nA: \r\nA: 3", ["HTTP_A": "1, , 3"]), ("Cookie: a=1\r\ncookie: b=2", ["HTTP_COOKIE": "a=1; b=2"]),
        ("Content-Type: a\r\nContent-Type: b", ["CONTENT_TYPE": "a, b"]),
        ("Content-Length: 0", [:]), ("Content-Length: 5", ["CONTENT_LENGTH": "5"]), ("Transfer-Encoding: chunked", [:]),
        ("Connection: upgrade\r\nUpgrade: websocket", [:]), ("TE: trailers", [:]), ("Keep-Alive: 5", [:]),
        ("Authorization: Basic eA==", ["HTTP_AUTHORIZATION": "Basic eA=="]),
        ("X-Forwarded-For: 1\r\nX_Forwarded_For: 2", ["HTTP_X_FORWARDED_FOR": "1"]),
        ("Content_Length: 9", [:]), ("Script-Filename: /etc/passwd", ["HTTP_SCRIPT_FILENAME": "/etc/passwd"]),
        ("PHP-VALUE: x", ["HTTP_PHP_VALUE": "x"]), ("Https: on", ["HTTP_HTTPS": "on"]),
    ]

    @Test(
        "RFC 3875 4.1.18: fields are told as HTTP_…, those of a name as one, and what could pose is not",
        arguments: fields)
    func tells(_ lines: String, _ expected: [String: String]) throws {
        let bare = try #require(Self.written("GET / HTTP/1.1\r\nHost: a"))
        let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: a\r\n" + lines))
        #expect(request.isWellFormed && request.params == bare.params.merging(expected) { $1 })
    }

    @Test("credentials are left out where the edge is told so")
    func authorization() throws {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eA=="
        let request = try #require(Self.written(head, Self.declaring(passesAuthorization: false)))
        #expect(request.params["HTTP_AUTHORIZATION"] == nil && request.params["HTTP_HOST"] == "a")
    }

    @Test("declared parameters come last, so that they win")
    func declared() throws {
        let long = String(repeating: "v", count: 70_000 % 1_000)
        let rules = Self.declaring(params: [("PHP_VALUE", "a=b"), ("SERVER_NAME", "own"), (long, long), ("E", "")])
        let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: a", rules))
        #expect(
            request.names.suffix(4) == ["PHP_VALUE", "SERVER_NAME", long, "E"] && request.params["SERVER_NAME"] == "own"
        )
    }

    static let scripts: [(String, String, String, String?)] = [
        ("/a.php", "/srv/www/a.php", "/a.php", nil), ("//x///a.php//b//", "/srv/www/x/a.php", "/x/a.php", "/b/"),
        ("/%61.php/%C3%A4%25", "/srv/www/a.php", "/a.php", "/\u{C3}\u{A4}%"),
        ("/x/", "/srv/www/x/index.php", "/x/index.php", nil), ("/", "/srv/www/index.php", "/index.php", nil),
        ("/x%20y/", "/srv/www/x y/index.php", "/x y/index.php", nil), ("/a", "/srv/www/index.php", "/index.php", nil),
        ("/a.php/", "/srv/www/a.php", "/a.php", "/"), ("/a.php?/b.php", "/srv/www/a.php", "/a.php", nil),
    ]

    @Test("RFC 3875 4.1.13: the program, what it is called, and what of the path is its own", arguments: scripts)
    func finds(_ target: String, _ file: String, _ name: String, _ info: String?) throws {
        let rules = Self.declaring(front: target.hasSuffix("/") ? "" : "/index.php")
        let request = try #require(Self.written("GET \(target) HTTP/1.1\r\nHost: a", rules))
        #expect(request.params["SCRIPT_FILENAME"] == file && request.params["SCRIPT_NAME"] == name)
        #expect(request.params["PATH_INFO"] == info)
        #expect(request.params["PATH_TRANSLATED"] == info.map { "/srv/www" + $0 })
        #expect(request.params["REQUEST_URI"] == target)
    }

    static let mounted: [(String, String, String, String, String)] = [
        ("/app/a.php", "/shop", "/app", "/shop/a.php", "/srv/www/app/a.php"),
        ("/app/a.php", "/shop", "", "/shop/app/a.php", "/srv/www/app/a.php"),
        ("/app/a.php", "", "/app", "/a.php", "/srv/www/app/a.php"),
        ("/apps/a.php", "/shop", "/app", "/apps/a.php", "/srv/www/apps/a.php"),
        ("/a%20p/x.php", "/s h", "/a%20p", "/s h/x.php", "/srv/www/a p/x.php"),
        ("/app/x", "/shop", "", "/shop/index.php", "/srv/www/index.php"),
        ("/app/x", "/shop", "/app", "/index.php", "/srv/www/index.php"),
        ("/app/x/", "/shop", "/app", "/shop/x/index.php", "/srv/www/app/x/index.php"),
    ]

    @Test("a program is called what the client calls it", arguments: mounted)
    func mounts(_ target: String, _ at: String, _ to: String, _ name: String, _ file: String) throws {
        let rules = Self.declaring(front: target.hasSuffix("/") ? "" : "/index.php")
        let request = try #require(
            Self.written("GET \(target) HTTP/1.1\r\nHost: a", rules) {
                $0.mountedAt = bytes(at)
                $0.mountedTo = bytes(to)
            })
        #expect(request.params["SCRIPT_NAME"] == name && request.params["SCRIPT_FILENAME"] == file)
    }

    @Test("the front program is found below what is mapped")
    func mountedFront() throws {
        let request = try #require(
            Self.written("GET /app/x HTTP/1.1\r\nHost: a", Self.declaring(front: "/app/index.php")) {
                $0.mountedAt = bytes("/shop")
                $0.mountedTo = bytes("/app")
            })
        #expect(request.params["SCRIPT_NAME"] == "/shop/index.php")
        #expect(request.params["SCRIPT_FILENAME"] == "/srv/www/app/index.php")
    }

    @Test("FastCGI 3.4: names and values of every length")
    func lengths() throws {
        for count in [0, 1, 126, 127, 128, 129, 255, 256, 16_000] {
            let value = String(repeating: "v", count: count)
            let name = String(repeating: "n", count: max(1, min(count, 300)))
            let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: a\r\n\(name): \(value)"))
            #expect(request.isWellFormed && request.params["HTTP_" + name.uppercased()] == value, "\(count)")
        }
    }

    @Test("a thousand fields are told, of names that are the same or not, and no more")
    func manyFields() throws {
        for distinct in [1, 2, 30, 1_000] {
            let lines = (0..<1_000).map { "\r\nN\($0 % distinct): \($0)" }.joined()
            let request = try #require(Self.written("GET / HTTP/1.1\r\nHost: a" + lines))
            for name in 0..<distinct {
                let expected = stride(from: name, to: 1_000, by: distinct).map { "\($0)" }.joined(separator: ", ")
                if request.params["HTTP_N\(name)"] != expected { Issue.record("N\(name) of \(distinct)") }
            }
        }
        #expect(Self.written("GET / HTTP/1.1" + String(repeating: "\r\nA: b", count: 1_024)) != nil)
        #expect(Self.written("GET / HTTP/1.1" + String(repeating: "\r\nA: b", count: 1_025)) == nil)
    }

    @Test("what does not fit is not written at all, whatever room there is")
    func room() throws {
        let head = "GET /a.php/b HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-B: 2"
        var fitted = false
        for room in 6..<900 {
            let request = Self.written(head, room: room)
            if let request { #expect(request.isWellFormed && request.types == [1, 4, 4]) }
            #expect(!fitted || request != nil, "fits from one size on")
            fitted = fitted || request != nil
        }
        #expect(fitted)
        let large = "\r\nX-A: " + String(repeating: "v", count: 16_000)
        #expect(Self.written(head + large + large + large) != nil)
        #expect(Self.written(head + large + large + large + large + large) == nil)
        // More than one record holds, though the slab would.
        #expect(Self.written(head + large + large + large + large + large, room: 200_000) == nil)
    }

    @Test("FastCGI 3.3: content as records, filled up, whatever room there is")
    func content() {
        var generator = SplitMix(seed: 3)
        for room in Array(0..<80) + [100, 1_000, 65_536, 200_000] {
            let content = (0..<min(3 * room + 5, 150_000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let output = Buffer(capacity: max(room, 1))
            var (sent, all): (Int, [UInt8]) = (0, [])
            while sent < content.count {
                let taken = FastCGIWriter.send(content.span.extracting(sent..<content.count), to: output)
                sent += taken
                if taken == 0 { break }
                #expect(output.count % 8 == 0 && output.room >= 8, "there is room for the end")
                all += output.withReadable { bytes in bytes.indices.map { bytes[$0] } }
                output.removeAll()
            }
            #expect(sent == (room < 24 ? 0 : content.count), "in \(room)")
            #expect(FastCGIWriter.end(to: output) == (max(room, 1) >= 8))
            all += output.withReadable { bytes in bytes.indices.map { bytes[$0] } }
            let request = FastCGIRequest(all)
            #expect(request.isWellFormed && request.content == Array(content.prefix(sent)))
        }
        #expect(FastCGIWriter.send([UInt8]().span, to: Buffer(capacity: 64)) == 0)
    }

    @Test("requests put together at random are read as they were meant", .timeLimit(.minutes(10)))
    func random() throws {
        var generator = SplitMix(seed: 99)
        let names = ["A", "a", "B-c", "b-C", "X_Y", "Cookie", "Content-Type", "Proxy", "Accept", "Z9", "TE", "x.y"]
        for _ in 0..<3_000 {
            var lines = ""
            var expected: [String: String] = [:]
            for _ in 0..<(generator.next() % 12) {
                let name = names[Int(generator.next() >> 8) % names.count]
                let value = String(repeating: "v", count: Int(generator.next() >> 8) % 200)
                lines += "\r\n\(name): \(value)"
                guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }), name != "Proxy", name != "TE" else {
                    continue
                }
                let upper = name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
                let key = name == "Content-Type" ? upper : "HTTP_" + upper
                expected[key] = expected[key].map { $0 + (name == "Cookie" ? "; " : ", ") + value } ?? value
            }
            let request = try #require(Self.written("GET / HTTP/1.1" + lines))
            let told = request.params.filter { $0.key.hasPrefix("HTTP_") || $0.key == "CONTENT_TYPE" }
            if told != expected || !request.isWellFormed { Issue.record("\(lines)") }
        }
    }
}
