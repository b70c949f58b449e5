import Foundation

/// Clients that each begin a session and send requests of it without end, on a connection each.
final class SessionLoad: Sendable {
    private struct State {
        var running: Int
        var isStopped = false
        /// Who has answered each client, whenever it was somebody else than before.
        var owners: [[String]]
        var counts: [Int]
        var problems: [String] = []
    }

    private let state: Monitor<State>

    /// Begins.
    ///
    /// - Parameters:
    ///   - count: how many clients there are.
    ///   - cookie: the name of the cookie that ties them.
    init(_ count: Int, to endpoint: Endpoint, cookie: String = "MARTLET_shop") {
        state = Monitor(
            State(running: count, owners: Array(repeating: [], count: count), counts: Array(repeating: 0, count: count))
        )
        for index in 0..<count {
            Thread.detachNewThread { [state] in
                do {
                    try Self.ask(endpoint, cookie: cookie, as: index, state)
                } catch {
                    state.withLock { $0.problems.append("\(error)") }
                }
                state.withLock { $0.running -= 1 }
            }
        }
    }

    private static func ask(_ endpoint: Endpoint, cookie: String, as index: Int, _ state: Monitor<State>) throws {
        let client = try RawClient(endpoint)
        var value: String?
        while !state.withLock({ $0.isStopped }) {
            let answer = try client.get(fields: value.map { "Cookie: \(cookie)=\($0)\r\n" } ?? "")
            if let told = answer.cookie(cookie) { value = told.value }
            state.withLock { state in
                state.counts[index] += 1
                if answer.status != 200 { state.problems.append(answer.headText) }
                if state.owners[index].last != answer.text { state.owners[index].append(answer.text) }
            }
        }
    }

    /// Who answers each client now.
    var owners: [String] { state.withLock { $0.owners.map { $0.last ?? "" } } }

    /// Waits until every client has been answered that many times more.
    func waitForMore(_ count: Int, seconds: Double = 20) throws {
        let before = state.withLock { $0.counts }
        let done = state.wait(seconds: seconds) { state in
            !state.problems.isEmpty || zip(state.counts, before).allSatisfy { $0 - $1 >= count } ? true : nil
        }
        guard done != nil else { throw HarnessError("clients are not answered") }
    }

    /// Waits until nobody is answered by somebody.
    func waitUntilNobody(isAt owner: String, seconds: Double = 20) throws {
        let done = state.wait(seconds: seconds) { state in
            !state.problems.isEmpty || state.owners.allSatisfy { $0.last != owner } ? true : nil
        }
        guard done != nil else { throw HarnessError("somebody is still answered by \(owner)") }
    }

    /// Ends.
    ///
    /// - Returns: who has answered each client, one after the other, and what went wrong.
    func stop() -> (owners: [[String]], problems: [String]) {
        state.withLock { $0.isStopped = true }
        _ = state.wait(seconds: 30) { $0.running == 0 ? true : nil }
        return state.withLock { ($0.owners, $0.problems) }
    }
}
