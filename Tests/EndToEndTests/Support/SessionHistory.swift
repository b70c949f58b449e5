import Foundation
import Testing

/// What browsers with a cookie jar each have seen, as `sessions.py` tells it.
struct SessionHistory {
    /// One request.
    struct Event: Decodable {
        let jar: Int
        let method: String
        /// Seconds of ``Clock``.
        let start: Double
        let end: Double
        var status: Int?
        var session: String?
        var count: Int?
        var server: String?
        var error: String?

        /// A page without its server's name was cut: where the connection's end is the answer's (RFC 9112, section
        /// 6.3), a server's death looks like it.
        var hasSucceeded: Bool { status == 200 && !place.isEmpty }
        /// Where it was answered: the server's name, or else the route in the session.
        var place: String {
            if let server, !server.isEmpty { return server }
            return session?.split(separator: ".").dropFirst().last.map(String.init) ?? ""
        }
    }

    let jars: [[Event]]

    /// Reads the script's lines.
    init(_ lines: [String]) throws {
        let events = try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
        jars = Dictionary(grouping: events, by: \.jar).sorted { $0.key < $1.key }.map(\.value)
    }

    /// Everything that contradicts affinity when `victim` was killed within `moment`, in words; empty when all is well.
    func contradictions(victim: String, moment: ClosedRange<Double>) -> [String] {
        jars.flatMap { contradictions(in: $0, victim: victim, moment: moment) }
    }

    private func contradictions(in jar: [Event], victim: String, moment: ClosedRange<Double>) -> [String] {
        var found: [String] = []
        guard let first = jar.first(where: \.hasSucceeded) else { return ["a jar without an answer: \(jar.prefix(2))"] }
        var last = first
        for event in jar.drop(while: { !$0.hasSucceeded }).dropFirst() {
            guard event.hasSucceeded else {
                let overlaps = event.start <= moment.upperBound && event.end >= moment.lowerBound
                let wasInside = last.place == victim && overlaps
                if !wasInside { found.append("failed outside the killed one: \(event), after \(last)") }
                continue
            }
            if event.place == last.place {
                if event.count != (last.count ?? 0) + 1 { found.append("the counter jumped: \(event), after \(last)") }
            } else if last.place != victim || event.end < moment.lowerBound {
                found.append("moved without need: \(event), after \(last)")
            }
            last = event
        }
        if last.place == victim, last.start > moment.upperBound { found.append("still at the killed one: \(last)") }
        return found
    }

    /// Requests that took longer, in words.
    func slow(seconds: Double) -> [String] {
        jars.joined().filter { $0.end - $0.start > seconds }.map { "\($0)" }
    }

    /// The places where jars were served before `moment`.
    func places(before moment: Double) -> Set<String> {
        Set(jars.flatMap { $0 }.filter { $0.hasSucceeded && $0.end < moment }.map(\.place))
    }

    /// How many jars were at `place` before `moment` and are elsewhere at the end.
    func moved(from place: String, at moment: Double) -> Int {
        jars.filter { jar in
            jar.last(where: { $0.hasSucceeded && $0.end < moment })?.place == place
                && jar.last(where: \.hasSucceeded)?.place != place
        }.count
    }
}

extension SessionHistory {
    /// Kills a server under the load of 20 browsers: its sessions move, and nothing else fails.
    ///
    /// - Parameters:
    ///   - places: those of all servers.
    ///   - victim: the place of the one that is killed.
    static func expectMoves(
        to martlet: MartletProcess, authority: String, path: String, places: Set<String>, victim: String,
        killing: () throws -> Void
    ) throws {
        let browsers = try PythonScript.start(
            "sessions.py",
            ["--connect", "\(martlet.tls)", "--ca", authority, "--path", path, "--jars", "20"])
        _ = try browsers.output.wait(seconds: 60) { $0.count > 600 ? true : nil }
        let before = Clock.now
        try killing()
        let moment = before...Clock.now
        let written = browsers.output.lines.count
        _ = try browsers.output.wait(seconds: 60) { $0.count > written + 600 ? true : nil }
        try browsers.write("stop\n")
        #expect(try browsers.waitForEnd() == .exited(0))

        let history = try SessionHistory(browsers.output.lines)
        // Nobody is left waiting: what was inside the killed one is answered or replayed at once.
        #expect(history.slow(seconds: 5) == [])
        #expect(history.places(before: before) == places)
        #expect(history.contradictions(victim: victim, moment: moment) == [])
        #expect(history.moved(from: victim, at: before) > 0)
    }
}
