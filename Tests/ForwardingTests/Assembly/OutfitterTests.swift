import Forwarding
import TLS
import Testing

/// What a worker gets of an edge: TLS is made for it where something of it has changed.
@Suite("Outfitter")
struct OutfitterTests {
    private let outfitter: Outfitter
    private let library: TLSLibrary

    init() throws {
        outfitter = try Outfitter(now: 0)
        library = try TLSLibrary()
    }

    /// Whether TLS is made for each listener of an edge.
    private func isMade(_ world: World, after served: EdgeDraft?) throws -> [Bool?] {
        let draft = try #require(world.served)
        return try outfitter.outfit(for: draft, after: served, library: library).securities.map { security in
            switch security {
            case .none: nil
            case .new: true
            case .asBefore: false
            }
        }
    }

    /// Two names, so that no certificate is parsed before somebody asks for it.
    private func started() throws -> World {
        var world = World()
        world.certificates = ["a.pem": "1A", "b.pem": "2A"]
        try world.reload()
        return world
    }

    @Test("certificates that are read anew and are the same: as before")
    func same() throws {
        var world = try started()
        #expect(try isMade(world, after: nil) == [true])
        let first = world.served
        try world.reload()
        #expect(try isMade(world, after: first) == [false])
        world.settings = "timeouts: { head: 5s }"
        try world.reload()
        #expect(try isMade(world, after: first) == [false])
    }

    @Test("another certificate, one more, one less, another default: made anew")
    func changed() throws {
        let changes: [@Sendable (inout World) -> Void] = [
            { $0.certificates["a.pem"] = "1B" }, { $0.certificates["c.pem"] = "3A" },
            { $0.certificates["a.pem"] = .some(nil) },
        ]
        for (index, change) in changes.enumerated() {
            var world = try started()
            let first = world.served
            change(&world)
            try world.reload()
            // A certificate that cannot be read leaves the old one, behind the others.
            #expect(try isMade(world, after: first) == [true], "\(index)")
            let second = world.served
            try world.reload()
            #expect(try isMade(world, after: second) == [false], "\(index)")
        }
    }
}
