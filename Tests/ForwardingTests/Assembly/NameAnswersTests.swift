import Dispatch
import Forwarding
import Reactor
import Testing

/// What is said of names for which the resolver has no answer yet.
@Suite("Answers for names")
struct NameAnswersTests {
    private let silent = NameLookup.Name(host: "silent.test", port: 80)
    private let known = NameLookup.Name(host: "known.test", port: 80)

    /// Looks two names up, of which one is answered.
    private func lookUp(_ body: (NameLookup, Set<NameLookup.Name>) throws -> Void) throws {
        let gate = DispatchSemaphore(value: 0)
        let address = try #require(SocketAddress(host: "192.0.2.1", port: 80))
        let silent = silent
        let lookup = NameLookup { name in
            if name == silent { gate.wait() }
            return .success([address])
        }
        defer { gate.signal() }
        lookup.begin([silent, known])
        try body(lookup, [silent, known])
    }

    @Test("when the time is over, the resolver was silent", .timeLimit(.minutes(10)))
    func late() throws {
        try lookUp { lookup, names in
            let answer = try #require(lookup.answers(for: names, seconds: 0)[silent])
            guard case .failure(let error) = answer else {
                Issue.record("nobody has answered")
                return
            }
            #expect(error.words == "the resolver does not answer within 0 s")
        }
    }

    @Test("when somebody gives up, nothing is said of the resolver", .timeLimit(.minutes(10)))
    func givenUp() throws {
        try lookUp { lookup, names in
            lookup.abandon()
            #expect(lookup.answers(for: names, seconds: 3_600)[silent] == nil)
        }
    }
}
