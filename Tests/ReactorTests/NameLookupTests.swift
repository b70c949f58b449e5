import Dispatch
import Reactor
import Synchronization
import Testing

/// Names that are looked up many at a time, and within a time.
@Suite("Name lookup") struct NameLookupTests {
    private static func name(_ number: Int) -> NameLookup.Name {
        NameLookup.Name(host: "n\(number).test", port: UInt16(number))
    }

    private static func finding(_ name: NameLookup.Name) -> NameLookup.Finding {
        guard let address = SocketAddress(host: "192.0.2.1", port: name.port) else {
            preconditionFailure("these are digits")
        }
        return NameLookup.Finding(addresses: [address])
    }

    @Test("all are answered, each by its own name", .timeLimit(.minutes(10)))
    func many() {
        let lookup = NameLookup { name, answer in
            answer(
                name.port % 2 == 0 ? .success(Self.finding(name)) : .failure(.init(words: "no \(name.host)")))
        }
        let names = Set((1...200).map(Self.name))
        lookup.begin(names)
        let answers = lookup.wait(seconds: 60)
        #expect(Set(answers.keys) == names)
        for (name, answer) in answers {
            switch answer {
            case .success(let finding): #expect(finding == Self.finding(name) && name.port % 2 == 0)
            case .failure(let error): #expect(error.words == "no \(name.host)" && name.port % 2 == 1)
            }
        }
    }

    @Test("one that is not answered holds up no other, and no longer than the time given", .timeLimit(.minutes(10)))
    func silent() {
        let lookup = NameLookup { name, answer in
            if name.port != 1 { answer(.success(Self.finding(name))) }
        }
        lookup.begin([Self.name(1), Self.name(2), Self.name(3)])
        let answers = lookup.wait(seconds: 0)
        #expect(Set(answers.keys) == [Self.name(2), Self.name(3)])
    }

    @Test("an answer of another thread ends the wait; the second one for a name is not heard", .timeLimit(.minutes(10)))
    func later() throws {
        let answers = Mutex<[@Sendable (NameLookup.Answer) -> Void]>([])
        let lookup = NameLookup { _, answer in answers.withLock { $0.append(answer) } }
        lookup.begin([Self.name(1)])
        let answer = try #require(answers.withLock { $0.first })
        let thread = try OperatingSystemThread(name: "answers") {
            answer(.success(Self.finding(Self.name(1))))
            answer(.failure(.init(words: "twice")))
        }
        #expect(try lookup.wait(seconds: 3_600)[Self.name(1)]?.get() == Self.finding(Self.name(1)))
        thread.join()
        #expect(try lookup.wait(seconds: 0)[Self.name(1)]?.get() == Self.finding(Self.name(1)))
    }

    @Test("who gives up waits no longer", .timeLimit(.minutes(10)))
    func abandoned() throws {
        let lookup = NameLookup { _, _ in }
        lookup.begin([Self.name(1)])
        let thread = try OperatingSystemThread(name: "gives-up") { lookup.abandon() }
        #expect(lookup.wait(seconds: 3_600).isEmpty)
        #expect(lookup.isAbandoned)
        thread.join()
    }

    @Test("nothing to ask for is answered at once", .timeLimit(.minutes(10)))
    func none() {
        let lookup = NameLookup()
        lookup.begin([])
        #expect(lookup.wait(seconds: 3_600).isEmpty)
    }

    @Test("addresses in digits and localhost need no server", .timeLimit(.minutes(10)))
    func system() throws {
        let lookup = NameLookup()
        let names = [NameLookup.Name(host: "127.0.0.1", port: 80), NameLookup.Name(host: "localhost", port: 81)]
        lookup.begin(Set(names))
        let answers = lookup.wait(seconds: 30)
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 80))
        #expect(try answers[names[0]]?.get().addresses == [address])
        #expect(try answers[names[1]]?.get().addresses.allSatisfy { $0.port == 81 } == true)
    }

    @Test("a server that refuses is no answer, and is told in words", .timeLimit(.minutes(10)))
    func refusing() throws {
        // Port 1 of the loopback: nobody has it.
        let server = try #require(SocketAddress(host: "127.0.0.1", port: 1))
        let lookup = NameLookup(NameServers([server]))
        lookup.begin([Self.name(1)])
        guard case .failure(let error)? = lookup.wait(seconds: 60)[Self.name(1)] else {
            Issue.record("nobody can have answered")
            return
        }
        #expect(error.words == "Could not contact DNS servers")
    }
}
