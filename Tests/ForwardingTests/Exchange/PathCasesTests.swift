import Testing

/// Who answers by a method, or by fields: `cases` of a path.
@Suite("Cases of a path, in process")
struct PathCasesTests {
    private static let yaml = """
        listeners: [{ address: "127.0.0.1:8080" }]
        sites:
          - paths:
              /:
                balancer: app
                cases:
                  - { when: { method: [GET, HEAD], field: { X-Canary: ["1", "yes please"] } }, balancer: canary }
                  - { when: { has: [X-Old, X-Older] }, redirect: /new }
                  - { when: { method: PURGE }, answer: 405 }
                  - { when: { method: [MOVE, COPY] }, balancer: canary }
              /plain: app
        balancers:
          app: { members: { app1: "http://192.0.2.1" } }
          canary: { members: { canary1: "http://192.0.2.11" } }

        """

    private func stage(way: Way = Way()) throws -> Stage {
        try Stage(
            yaml: way.member == .http1 ? Self.yaml : Self.yaml.replacing("http://", with: "h2c://"), way: way)
    }

    @Test(
        "the first case that holds, else the path itself",
        arguments: [
            ("GET", [], "app1"), ("GET", ["X-Canary: 1"], "canary1"), ("HEAD", ["x-canary: yes please"], "canary1"),
            ("GET", ["X-Canary: 10"], "app1"), ("GET", ["X-Canary: 0", "X-Canary: 1"], "canary1"),
            ("GET", ["X-Canary: YES please"], "app1"), ("OPTIONS", ["X-Canary: 1"], "app1"),
            ("GET", ["X-Old:"], "app1"),
            ("get1", ["X-Canary: 1"], "app1"), ("GET", ["X-Canary: 1", "X-Old: 1", "X-Older: 2"], "canary1"),
        ])
    func chosen(method: String, fields: [String], member: String) throws {
        #expect(try stage().ask("/x", fields: fields, method: method).member == member)
    }

    @Test("Martlet may answer in a case", arguments: Way.all)
    func own(way: Way) throws {
        let stage = try stage(way: way)
        #expect(try stage.get("/x", fields: "X-Old:", "X-Older: 1").outcome == .refused(308, "redirected"))
        #expect(try stage.get("/x", method: "PURGE").outcome == .refused(405, "fixed-answer"))
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("a path beside one with cases is another place")
    func beside() throws {
        let stage = try stage()
        #expect(try stage.ask("/plain", fields: ["X-Canary: 1"]).member == "app1")
        #expect(try stage.get("/plain/../x").outcome == .refused(400, "path-ambiguous"))
        #expect(try stage.get("/x/../plain").outcome == .refused(400, "path-ambiguous"))
    }

    @Test("a WebDAV Destination goes by the cases of its own request")
    func destination() throws {
        let stage = try stage()
        let head = "MOVE /a HTTP/1.1\r\nHost: a\r\nDestination: http://a"
        #expect(try stage.settle { try stage.send(head + "/b\r\n\r\n") }.member == "canary1")
        #expect(try stage.send(head + "/plain/b\r\n\r\n").outcome == .refused(502, "destination-elsewhere"))
    }
}
