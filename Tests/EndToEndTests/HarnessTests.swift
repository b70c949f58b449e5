import Foundation
import Testing

extension EndToEnd {
    /// Shows that the real parts stand by themselves, so that a failure elsewhere is Martlet's.
    @Suite("Harness")
    struct HarnessTests {
        @Test("every program that the tests need is installed", arguments: Tool.allCases)
        func tools(tool: Tool) throws {
            _ = try tool.path()
        }

        @Test("a program whose time is over ends with what it has started", .timeLimit(.minutes(1)))
        func group() throws {
            let lock = try TemporaryFolder().path + "/lock"
            let error = try #require(throws: HarnessError.self) {
                try ChildProcess.run(
                    "/bin/sh", ["-c", "flock '\(lock)' sh -c 'echo held; sleep 1000' & wait"], seconds: 3)
            }
            #expect(error.description.contains("held"))
            let taken = try ChildProcess.run("/usr/bin/flock", ["--timeout", "20", lock, "true"])
            #expect(taken.ending == .exited(0))
        }

        @Test("Tomcat counts in a session and names its route", .timeLimit(.minutes(2)))
        func tomcat() throws {
            let tomcats = try Tomcat.start(routes: ["node1", "node2"])
            for (tomcat, route) in zip(tomcats, ["node1", "node2"]) {
                let client = try RawClient(tomcat.endpoint)
                let first = try #require(Tomcat.Page(try client.get("/counter.jsp").text))
                let second = try #require(Tomcat.Page(try client.get(first.next).text))
                #expect(first.route == route)
                #expect(second.session == first.session)
                #expect(second.count == 2)
            }
        }

        @Test("PHP counts in a session", .timeLimit(.minutes(1)))
        func php() throws {
            let server = try PHPServer(name: "one")
            let answer = try RawClient(server.endpoint).get("/counter.php")
            #expect(answer.text.contains("count=1 server=one"))
        }

        @Test("nginx serves a file", .timeLimit(.minutes(1)))
        func nginx() throws {
            let files = ["page.html": Array("hello".utf8)]
            #expect(try RawClient(Nginx(files: files).endpoint).get("/page.html").text == "hello")
            #expect(try RawClient(Nginx.atPort(files: files).endpoint).get("/page.html").text == "hello")
        }

        @Test("a recording member keeps the bytes it received", .timeLimit(.minutes(1)))
        func recordingMember() throws {
            let member = try RecordingMember(answering: "hello")
            let request =
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n"
            let answer = try RawClient(member.endpoint).exchange(request)
            #expect(answer.status == 200)
            #expect(answer.text == "hello")
            #expect(member.connections[0].bytes == Array(request.utf8))
            #expect(member.requests[0].text == "abc")
            #expect(member.requests[0].trailers.map(\.name) == ["X"])
        }
    }
}
