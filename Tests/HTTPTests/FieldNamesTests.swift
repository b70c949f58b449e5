import HTTP
import TestSupport
import Testing

@Suite struct FieldNamesTests {
    /// What the set says of a name, asked as of a parsed field.
    private func contains(_ names: FieldNames, _ name: String) -> Bool {
        let source = bytes("GET / HTTP/1.1\r\nHost: a\r\n\(name): v\r\n\r\n")
        var head = RequestHead(fieldCountMax: 8)
        guard (try? head.parse(source.span, limits: HeadLimits())) != nil else { return false }
        return names.contains(head.fields[1], in: source.span)
    }

    /// A name as members read it, spelled out.
    private func read(_ name: String) -> String {
        String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }

    @Test(
        "names are found in any case and with any mark for a hyphen",
        arguments: [
            ("x-user", true), ("X-USER", true), ("X_User", true), ("x.user", true), ("X~uSer", true), ("xuser", false),
            ("x-use", false), ("x-users", false), ("x--user", false), ("Server", true), ("x-fact-", true),
            ("X-Fact-Of-Any-Length-At-All-However-Long-It-May-Be-And-Longer-Still-Than-A-Word", true),
            ("x_FACT^a", true), ("x-fact", false), ("x-fac-t", false), ("1st", true), ("2nd", false), ("_odd", true),
            ("-ODD", true), ("odd", false),
        ])
    func found(_ name: String, _ isFound: Bool) {
        let names = FieldNames(["X-User", "server", "1ST", "_odd"], prefixes: ["X-Fact-"])
        #expect(contains(names, name) == isFound)
    }

    @Test("a set of no names has none")
    func empty() {
        #expect(!contains(FieldNames([]), "x"))
    }

    @Test("lengths around the last bit of the mask", arguments: 60...70)
    func long(count: Int) {
        let name = "x" + String(repeating: "a", count: count - 1)
        #expect(contains(FieldNames([name]), name))
        #expect(!contains(FieldNames([name]), name + "a") && !contains(FieldNames([name]), String(name.dropLast())))
        #expect(contains(FieldNames([], prefixes: [name]), name + "a"))
        #expect(!contains(FieldNames([], prefixes: [name]), String(name.dropLast())))
    }

    @Test("every byte that a name may have", arguments: 0..<9)
    func everyByte(place: Int) {
        let original = Array("x-real-ip")
        for byte in UInt8.min...UInt8.max {
            var other = original
            other[place] = Character(Unicode.Scalar(byte))
            let name = String(other)
            guard byte < 0x80, byte > 0x20, !"()<>@,;:\\\"/[]?={}\u{7F}".contains(other[place]) else { continue }
            #expect(contains(FieldNames(["X-Real-IP"]), name) == (read(name) == "x-real-ip"), "\(name)")
        }
    }

    @Test("random names against a naive reference", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func reference(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        // Few letters, so that names meet.
        let alphabet = Array("aAbBxX1--__.~")
        func name(_ counts: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: counts, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
        }
        var hits = 0
        for _ in 0..<200 {
            let range = [1...3, 1...12, 7...9, 15...18, 60...66].randomElement(using: &generator)!
            let names = (0..<Int.random(in: 0...6, using: &generator)).map { _ in name(range) }
            let prefixes = (0..<Int.random(in: 0...2, using: &generator)).map { _ in name(range) }
            let set = FieldNames(names, prefixes: prefixes)
            for _ in 0..<20 {
                var asked = name(range)
                if let known = (names + prefixes).randomElement(using: &generator), Bool.random(using: &generator) {
                    asked = known
                    if Bool.random(using: &generator) { asked = asked.uppercased() }
                    if Bool.random(using: &generator) { asked = String(asked.map { $0 == "-" ? "_" : $0 }) }
                    if Int.random(in: 0..<4, using: &generator) == 0 { asked += name(1...2) }
                }
                let (read, readPrefixes) = (read(asked), prefixes.map(read))
                let isIn = names.map(self.read).contains(read) || readPrefixes.contains { read.hasPrefix($0) }
                if isIn { hits += 1 }
                #expect(contains(set, asked) == isIn, "\(asked) in \(names), \(prefixes)")
            }
        }
        #expect(hits > 500)
    }
}
