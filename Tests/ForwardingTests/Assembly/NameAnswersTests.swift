import Forwarding
import Reactor
import Testing

/// What is said of names for which the resolver has no answer yet.
@Suite("Answers for names")
struct NameAnswersTests {
    private let silent = NameLookup.Name(host: "silent.test", port: 80)
    private let known = NameLookup.Name(host: "known.test", port: 80)

    /// Looks two names up, of which one is answered.
    private func lookUp() throws -> NameLookup {
        let address = try #require(SocketAddress(host: "192.0.2.1", port: 80))
        let lookup = NameLookup { [silent] name, answer in
            if name != silent { answer(.success(NameLookup.Finding(addresses: [address]))) }
        }
        lookup.begin([silent, known])
        return lookup
    }

    @Test("when the time is over, the resolver was silent", .timeLimit(.minutes(10)))
    func late() throws {
        let answer = try #require(try lookUp().answers(for: [silent, known], seconds: 0)[silent])
        guard case .failure(let error) = answer else {
            Issue.record("nobody has answered")
            return
        }
        #expect(error.words == "the resolver does not answer within 0 s")
    }

    @Test("when somebody gives up, nothing is said of the resolver", .timeLimit(.minutes(10)))
    func givenUp() throws {
        let lookup = try lookUp()
        lookup.abandon()
        #expect(lookup.answers(for: [silent, known], seconds: 3_600)[silent] == nil)
    }
}
