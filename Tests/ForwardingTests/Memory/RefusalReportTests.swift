import Forwarding
import Foundation
import Testing

/// The line a period that says how many were refused and let go of, and by which limit.
@Suite("What was refused, a line a period")
struct RefusalReportTests {
    private static func refused(_ counts: [String: UInt64] = [:]) throws -> EdgeStatus.Refused {
        let keys = ["addresses", "rates", "exchanges", "connections", "connectionRates", "streams"]
        return try decode(keys, counts)
    }

    private static func shed(_ counts: [String: UInt64] = [:]) throws -> EdgeStatus.Shed {
        let keys = ["idleForConnections", "idleForDescriptors", "idleClients", "idleMembers", "slowClients"]
        return try decode(keys, counts)
    }

    private static func decode<Value: Decodable>(_ keys: [String], _ counts: [String: UInt64]) throws -> Value {
        var all: [String: UInt64] = [:]
        for key in keys { all[key] = counts[key] ?? 0 }
        return try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(all))
    }

    @Test("nothing is said where nothing was refused")
    func quiet() throws {
        var report = try RefusalReport(Self.refused(["rates": 3]), Self.shed(), now: 0)
        let lines = try [1_000, 50_000].map { now in
            report.line(try Self.refused(["rates": 3]), try Self.shed(), now: now)
        }
        #expect(lines == [nil, nil])
    }

    @Test("what comes in a period is one line at its end, whose numbers are those of the period alone")
    func period() throws {
        var report = try RefusalReport(Self.refused(), Self.shed(), now: 0)
        func line(_ rates: UInt64, _ connections: UInt64 = 0, idle: UInt64 = 0, now: Int) throws -> String? {
            report.line(
                try Self.refused(["rates": rates, "connectionRates": connections]),
                try Self.shed(["idleClients": idle]), now: now)
        }
        let lines = try [
            line(0, now: 60_000), line(1, now: 61_000), line(200, now: 69_999), line(300, 20, now: 70_000),
            line(300, 20, now: 71_000), line(300, 21, idle: 7, now: 81_000), line(300, 21, idle: 7, now: 99_000),
        ]
        #expect(
            lines == [
                nil, nil, nil, "in 10 s refused: 300 requests (rate-limit), 20 connections (limits.connection-rate)",
                nil,
                "in 10 s refused: 1 connections (limits.connection-rate); let go of: 7 idle clients (limits.memory)",
                nil,
            ])
    }

    @Test("each limit is named")
    func limits() throws {
        var report = try RefusalReport(Self.refused(), Self.shed(), now: 0)
        let line = report.line(
            try Self.refused([
                "addresses": 1, "rates": 2, "exchanges": 3, "connections": 4, "connectionRates": 5, "streams": 6,
            ]),
            try Self.shed([
                "idleForConnections": 7, "idleForDescriptors": 8, "idleClients": 9, "idleMembers": 10,
                "slowClients": 11,
            ]), now: 10_000)
        #expect(
            line
                == "in 10 s refused: 1 requests (deny, allow), 2 requests (rate-limit), 3 requests "
                + "(limits.exchanges-per-address), 4 connections (limits.connections-per-address), 5 connections "
                + "(limits.connection-rate), 6 streams (limits.stream-rate); let go of: 7 idle clients "
                + "(limits.connections), 8 idle clients (descriptors), 9 idle clients (limits.memory), 10 idle "
                + "connections to members (limits.memory), 11 clients that took nothing (limits.memory)")
    }

    @Test("the end says what is left")
    func ending() throws {
        var report = try RefusalReport(Self.refused(), Self.shed(), now: 0)
        let line = report.line(try Self.refused(["streams": 2]), try Self.shed(), now: 2_000, isEnding: true)
        #expect(line == "in 2 s refused: 2 streams (limits.stream-rate)")
    }
}
