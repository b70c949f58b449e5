import Foundation
import Testing

extension EndToEnd {
    /// curl over HTTP/2, in all the ways that its options have.
    @Suite("HTTP/2: curl")
    struct HTTP2CurlTests {
        private let folder: TemporaryFolder
        private let members: [RecordingMember]

        init() throws {
            folder = try TemporaryFolder()
            members = [try Origin.start("node1"), try Origin.start("node2")]
        }

        /// Over TLS, before two members.
        private func stage(
            affinity: String? = nil, settings: [String] = []
        ) throws -> (curl: Curl, martlet: MartletProcess) {
            let certificates = try Certificates.forShop(in: folder)
            let text = EdgeText(
                members[0].endpoint, members[1].endpoint, listeners: .tls, affinity: affinity, settings: settings)
            let martlet = try MartletProcess.run(text.text, in: folder)
            var curl = try Curl(to: martlet, authority: certificates.authority)
            curl.version = "--http2"
            return (curl, martlet)
        }

        /// What `format` says of a run that was successful.
        private func written(
            _ curl: Curl, _ target: String, _ arguments: [String], format: String, input: String = ""
        ) throws -> String {
            let output = "\(folder.path)/output"
            return try curl.run(
                target, arguments + ["--output", output, "--write-out", format], input: input
            ).succeeded()
        }

        private func output() throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/output")))
        }

        @Test("GET, HEAD, POST, and a POST from a pipe", .timeLimit(.minutes(1)))
        func methods() throws {
            let (curl, _) = try stage()
            let format = "%{http_version} %{http_code}"
            #expect(try written(curl, "/bytes/5000", [], format: format) == "2 200")
            #expect(try output() == Pattern.bytes(5000))
            let head = try curl.head("/bytes/5000", ["--head"])
            #expect(head.startLine == "HTTP/2 200 " && head["content-length"] == "5000")
            #expect(try written(curl, "/echo", ["--data", "a=b&c=d"], format: format) == "2 200")
            #expect(try output() == Array("a=b&c=d".utf8))
            let piped = String(repeating: "piped ", count: 50_000)
            let arguments = ["--request", "POST", "--upload-file", "-"]
            #expect(try written(curl, "/echo", arguments, format: format, input: piped) == "2 200")
            #expect(try output() == Array(piped.utf8))
            let requests = members.flatMap(\.requests)
            #expect(requests.filter { $0.method == "POST" }.compactMap { $0["Transfer-Encoding"] } == ["chunked"])
            #expect(requests.filter { $0.method == "POST" }.compactMap { $0["Content-Length"] } == ["7"])
        }

        @Test("prior knowledge in cleartext, and HTTP/1.1 at the same listener", .timeLimit(.minutes(1)))
        func priorKnowledge() throws {
            let text = EdgeText(members[0].endpoint, members[1].endpoint, listeners: .prior)
            let martlet = try MartletProcess.run(text.text, in: folder)
            var curl = try Curl(to: martlet)
            curl.version = "--http2-prior-knowledge"
            let format = "%{http_version} %{http_code}"
            #expect(try written(curl, "/bytes/100000", [], format: format) == "2 200")
            #expect(try output() == Pattern.bytes(100_000))
            curl.version = "--http1.1"
            #expect(try written(curl, "/bytes/100000", [], format: format) == "1.1 200")
            // Upgrade: h2c is not taken, which leaves an answer of HTTP/1.1 (RFC 9113, section 3.1).
            curl.version = "--http2"
            #expect(try written(curl, "/bytes/100000", [], format: format) == "1.1 200")
            #expect(try output() == Pattern.bytes(100_000))
        }

        @Test("HTTP/1.1 and HTTP/2 at one listener, as the client chooses", .timeLimit(.minutes(1)))
        func bothProtocols() throws {
            var (curl, _) = try stage()
            for (option, version) in [("--http1.1", "1.1"), ("--http2", "2"), ("--http2-prior-knowledge", "2")] {
                curl.version = option
                #expect(try written(curl, "/bytes/3000", [], format: "%{http_version}") == version)
                #expect(try output() == Pattern.bytes(3000))
            }
        }

        @Test("10 MB up and down, byte by byte", .timeLimit(.minutes(1)))
        func large() throws {
            let (curl, _) = try stage()
            let pattern = Pattern.bytes(10_000_000)
            let file = try folder.write(pattern, to: "pattern")
            #expect(try written(curl, "/bytes/10000000", [], format: "%{http_code}") == "200")
            #expect(try output() == pattern)
            for expect in ["Expect: 100-continue", "Expect:"] {
                let arguments = ["--data-binary", "@\(file)", "--header", expect]
                #expect(try written(curl, "/echo", arguments, format: "%{http_code}") == "200")
                #expect(try output() == pattern)
            }
        }

        @Test("interim answers and trailers arrive", .timeLimit(.minutes(1)))
        func interim() throws {
            let (curl, _) = try stage()
            let hinted = try curl.head("/hints")
            #expect(hinted.startLine == "HTTP/2 103 " && hinted.text == "hinted")
            #expect(hinted["link"] == "</a.css>; rel=preload" && hinted.headText.contains("HTTP/2 200"))
            let continued = try curl.head("/echo", ["--data", "some", "--header", "Expect: 100-continue"])
            #expect(continued.startLine == "HTTP/2 100 " && continued.text == "some")
            let chunked = try curl.head("/trailers")
            #expect(chunked.text == "onetwo")
            #expect(chunked["x-sum"] == "abc")
        }

        @Test("ranges, one and several", .timeLimit(.minutes(1)))
        func ranges() throws {
            let nginx = try Nginx(files: ["file": Pattern.bytes(100_000)])
            let certificates = try Certificates.forShop(in: folder)
            let martlet = try MartletProcess.run(EdgeText(nginx.endpoint, listeners: .tls).text, in: folder)
            var curl = try Curl(to: martlet, authority: certificates.authority)
            curl.version = "--http2"
            let one = try curl.head("/file", ["--range", "100-199"])
            #expect(one.startLine == "HTTP/2 206 " && one["content-range"] == "bytes 100-199/100000")
            #expect(one.content == Pattern.bytes(100, from: 100))
            let last = try curl.head("/file", ["--range", "-50"])
            #expect(last.content == Pattern.bytes(50, from: 99_950))
            let several = try curl.head("/file", ["--range", "0-9,50-59"])
            #expect(several["content-type"]?.hasPrefix("multipart/byteranges") == true)
            #expect(try curl.head("/file", ["--range", "200000-"]).startLine == "HTTP/2 416 ")
        }

        @Test("forty targets in parallel go over one connection", .timeLimit(.minutes(1)))
        func parallel() throws {
            let (curl, _) = try stage()
            let targets = (0..<40).map { "/bytes/\(20_000 + $0)" }
            let outputs = targets.indices.flatMap { ["--output", "\(folder.path)/output-\($0)"] }
            let said = try curl.run(
                targets,
                ["--parallel", "--parallel-max", "40", "--write-out", "%{num_connects} %{http_code}\n"] + outputs
            ).succeeded().split(separator: "\n")
            #expect(said.sorted() == (Array(repeating: "0 200", count: 39) + ["1 200"]).map { $0[...] })
            for index in targets.indices {
                let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/output-\(index)"))
                #expect(Array(content) == Pattern.bytes(20_000 + index))
            }
        }

        @Test("the cookie of a session leads to its member", .timeLimit(.minutes(1)))
        func affinity() throws {
            let (curl, _) = try stage(affinity: "insert")
            let first = try curl.run([.init(target: "/name")])[0]
            let more = try curl.run((0..<20).map { _ in .init(target: "/name") })
            #expect(more.allSatisfy { $0.status == 200 && $0.body == first.body })
            #expect(more.map(\.newConnections) == [1] + Array(repeating: 0, count: 19))
        }

        @Test("gzip, and what it is good for", .timeLimit(.minutes(1)))
        func compressed() throws {
            let (curl, _) = try stage()
            let said = try written(curl, "/text/200000", ["--compressed"], format: "%{size_download}")
            #expect(try output() == Origin.text(200_000))
            #expect(try #require(Int(said)) < 10_000)
            let head = try curl.head("/text/200000", ["--header", "Accept-Encoding: gzip"])
            #expect(head["content-encoding"] == "gzip" && head["content-length"] == nil)
        }

        @Test("an upload is refused while it is being sent", .timeLimit(.minutes(1)))
        func refusedUpload() throws {
            let (curl, martlet) = try stage(settings: ["limits: { request-body: 1MiB }"])
            let file = try folder.write(Pattern.bytes(10_000_000), to: "pattern")
            let format = "%{http_version} %{http_code}"
            #expect(try written(curl, "/echo", ["--data-binary", "@\(file)"], format: format) == "2 413")
            let piped = String(repeating: "piped ", count: 500_000)
            let arguments = ["--request", "POST", "--upload-file", "-"]
            #expect(try written(curl, "/echo", arguments, format: format, input: piped) == "2 413")
            #expect(martlet.log.contains("request-body, limit 1048576"))
            #expect(try written(curl, "/echo", ["--data", "small"], format: format) == "2 200")
        }
    }
}
