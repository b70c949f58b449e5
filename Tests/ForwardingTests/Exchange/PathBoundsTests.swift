import Testing

/// `limits` and `timeouts` of a site and a path.
@Suite("Limits and timeouts of a path, in process")
struct PathBoundsTests {
    private static let edge = """
        limits: { request-body: 100 }
        timeouts: { answer: 10s, body: 20s, tunnel: 30s }
        sites:
          - limits: { request-body: 10 }
            timeouts: { body: 2s }
            paths:
              /: shop
              /up: { balancer: shop, limits: { request-body: 1KiB }, timeouts: { answer: 5m, tunnel: 6m } }
              /any: { balancer: shop, limits: { request-body: off } }
          - { host: plain.test, paths: { /: shop } }

        """

    @Test(
        "limits.request-body: the nearest holds",
        arguments: [
            ("/", 10, true), ("/", 11, false), ("/up/x", 1_024, true), ("/up", 1_025, false), ("/any", 5_000, true),
        ])
    func content(target: String, count: Int, isTaken: Bool) throws {
        let stage = try Stage(["node1": ""], edge: Self.edge)
        let client = try stage.post(target, length: count)
        guard isTaken else {
            #expect(client.outcome == .refused(413, "request-body") && stage.connections.isEmpty)
            return
        }
        client.send(Octets.pattern(count))
        client.end()
        #expect(stage.last.received.isWhole)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("limits.request-body: what turns out to be too much is refused too")
    func chunks() throws {
        let stage = try Stage(["node1": ""], edge: Self.edge)
        let client = try stage.post("/", length: nil)
        client.send(Octets.pattern(11))
        #expect(client.outcome == .refused(413, "request-body"))
    }

    @Test(
        "timeouts.answer: the path's, then the member's, then the edge's",
        arguments: [
            ("/up", "", 300_000), ("/up", "timeout: 3s", 300_000), ("/", "timeout: 3s", 3_000), ("/", "", 10_000),
        ])
    func answer(target: String, member: String, millis: Int) throws {
        let stage = try Stage(["node1": member], edge: Self.edge)
        _ = try stage.get(target)
        #expect(stage.last.patience == millis)
    }

    @Test("timeouts.tunnel: the path's", arguments: [("/up", 360_000), ("/", 30_000)])
    func tunnel(target: String, millis: Int) throws {
        let stage = try Stage(["node1": ""], edge: Self.edge)
        _ = try stage.askForWebSocket(target)
        stage.last.answer(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
        #expect(stage.last.patience == millis)
    }
}
