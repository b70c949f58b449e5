import Dispatch
import Reactor
import Synchronization
import Testing

/// Names that are looked up many at a time, and within a time.
@Suite("Name lookup") struct NameLookupTests {
    private static func name(_ number: Int) -> NameLookup.Name {
        NameLookup.Name(host: "n\(number).test", port: UInt16(number))
    }

    private static func address(_ name: NameLookup.Name) -> SocketAddress {
        guard let address = SocketAddress(host: "192.0.2.1", port: name.port) else {
            preconditionFailure("these are digits")
        }
        return address
    }

    @Test("all are answered, more than there are threads, each by its own name", .timeLimit(.minutes(10)))
    func many() {
        let lookup = NameLookup { name in
            name.port % 2 == 0 ? .success([Self.address(name)]) : .failure(.init(words: "no \(name.host)"))
        }
        let names = Set((1...3 * NameLookup.threadsMax).map(Self.name))
        lookup.begin(names)
        let answers = lookup.wait(seconds: 60)
        #expect(Set(answers.keys) == names)
        for (name, answer) in answers {
            switch answer {
            case .success(let addresses): #expect(addresses == [Self.address(name)] && name.port % 2 == 0)
            case .failure(let error): #expect(error.words == "no \(name.host)" && name.port % 2 == 1)
            }
        }
    }

    @Test("one that is not answered holds up no other, and no longer than the time given", .timeLimit(.minutes(10)))
    func silent() {
        let gate = DispatchSemaphore(value: 0)
        let others = DispatchSemaphore(value: 0)
        let lookup = NameLookup { name in
            if name.port == 1 { gate.wait() } else { others.signal() }
            return .success([Self.address(name)])
        }
        lookup.begin([Self.name(1), Self.name(2), Self.name(3)])
        others.wait()
        others.wait()
        let answers = lookup.wait(seconds: 1)
        #expect(answers[Self.name(1)] == nil)
        gate.signal()
    }

    @Test("who gives up waits no longer", .timeLimit(.minutes(10)))
    func abandoned() throws {
        let gate = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        let lookup = NameLookup { name in
            begun.signal()
            gate.wait()
            return .success([Self.address(name)])
        }
        lookup.begin([Self.name(1)])
        begun.wait()
        let thread = try OperatingSystemThread(name: "gives-up") { lookup.abandon() }
        #expect(lookup.wait(seconds: 3_600).isEmpty)
        #expect(lookup.isAbandoned)
        thread.join()
        gate.signal()
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
        #expect(try answers[names[0]]?.get() == [try #require(SocketAddress(host: "127.0.0.1", port: 80))])
        #expect(try answers[names[1]]?.get().allSatisfy { $0.port == 81 } == true)
    }
}
