import Session
import Testing

@Suite("RouteTable", .tags(.session))
struct RouteTableTests {
    @Test("every declared route leads to its member", arguments: [1, 2, 3, 7, 64, 1_000, Limits.namesMax])
    func declared(count: Int) {
        let routes = (0..<count).map { "node\($0)" }
        let table = RouteTable(routes)
        for index in routes.indices {
            #expect(lookUp(routes[index], in: table) == index)
        }
        for other in ["node", "node\(count)", "node00", "Node0", "node0 ", " node0", "0", "node0\0"] {
            #expect(lookUp(other, in: table) == nil)
        }
    }

    @Test("what is empty or longer than every route is not found")
    func outOfRange() {
        let table = RouteTable(["a", "node1"])
        #expect(lookUp("", in: table) == nil)
        #expect(lookUp("node12", in: table) == nil)
        #expect(lookUp(String(repeating: "a", count: 1 << 20), in: table) == nil)
        let invalid: [UInt8] = [0xff, 0xfe, 0x00]
        #expect(table.member(for: invalid.span) == nil)
    }

    @Test("a table without routes finds nothing")
    func none() {
        #expect(lookUp("node1", in: RouteTable([])) == nil)
        #expect(lookUp("", in: RouteTable([""])) == nil)
    }

    @Test("of equal routes the first counts")
    func doubled() {
        #expect(lookUp("b", in: RouteTable(["a", "b", "b"])) == 1)
    }

    private func lookUp(_ route: String, in table: RouteTable) -> Int? {
        let bytes = Array(route.utf8)
        return table.member(for: bytes.span)
    }
}
