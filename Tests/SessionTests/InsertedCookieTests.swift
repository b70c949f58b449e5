import Session
import Testing

@Suite("InsertedCookie", .tags(.session))
struct InsertedCookieTests {
    let cookie = InsertedCookie(balancer: "shop", members: ["node1", "node.2"])
    let reader = SessionReader(keys: AffinityKeys(insertedBy: "shop"), routes: ["node1", "node.2"])

    @Test("the value names the member, and is marked secure over TLS")
    func value() {
        let plain = String(decoding: cookie.value(member: 0, isSecure: false), as: UTF8.self)
        let secure = String(decoding: cookie.value(member: 1, isSecure: true), as: UTF8.self)
        #expect(plain == "MARTLET_shop=node1; Path=/; HttpOnly; SameSite=Lax")
        #expect(secure == "MARTLET_shop=node.2; Path=/; HttpOnly; SameSite=Lax; Secure")
    }

    @Test(
        "what a client sends back leads to the member",
        arguments: [
            ("MARTLET_shop=node1", 0), ("a=b; MARTLET_shop=node.2", 1), ("MARTLET_shop=\"node1\"", 0),
            ("MARTLET_shop=x.node1", nil),
            ("MARTLET_shop=", nil), ("MARTLET_assets=node1", nil), ("MARTLET_SHOP=node1", nil), ("node1", nil),
        ] as [(String, Int?)])
    func readsBack(field: String, member: Int?) {
        let candidates = read(field)
        #expect((candidates.count > 0 ? candidates[0].member : nil) == member)
    }

    @Test("the cookie is set unless the first one names the member that answers")
    func isNeeded() {
        #expect(InsertedCookie.isNeeded(read(""), member: 0))
        #expect(InsertedCookie.isNeeded(read("MARTLET_shop=gone"), member: 0))
        #expect(InsertedCookie.isNeeded(read("MARTLET_shop=node.2"), member: 0))
        #expect(!InsertedCookie.isNeeded(read("MARTLET_shop=node1"), member: 0))
        #expect(InsertedCookie.isNeeded(read("MARTLET_shop=node.2; MARTLET_shop=node1"), member: 0))
    }

    @Test("parameters of the URL are not read")
    func noParameters() {
        var candidates = RouteCandidates()
        reader.read(target: Array("/;MARTLET_shop=node1?MARTLET_shop=node1".utf8).span, into: &candidates)
        #expect(candidates.count == 0 && candidates.unknown == nil)
    }

    private func read(_ field: String) -> RouteCandidates {
        var candidates = RouteCandidates()
        reader.read(cookies: Array(field.utf8).span, into: &candidates)
        return candidates
    }
}
