import Configuration
import Model
import Testing

/// Values of fields, and how those of levels go together.
@Suite("Fields of rules")
struct FieldTemplateTests {
    @Test(
        "A fact is a dollar and its name",
        arguments: [
            ("DENY", "DENY"), ("$host", "<host>"), ("$(host)", "<host>"), ("$(member)-1", "<member>-1"), ("$$", "$"),
            ("$$host", "$host"), ("$$$host", "$<host>"), ("a$host:$port/b", "a<host>:<port>/b"),
            ("$host$member", "<host><member>"), ("$(host)name", "<host>name"), ("$host.example", "<host>.example"),
            ("$client-address, $peer-address", "<client-address>, <peer-address>"), ("", ""), ("\u{E9}", "\u{E9}"),
        ])
    func facts(text: String, expected: String) throws {
        let octets = try FieldTemplate(text).octets
        var read: [UInt8] = []
        for octet in octets {
            read += FieldFact(mark: octet).map { Array("<\($0.name)>".utf8) } ?? [octet]
        }
        #expect(String(decoding: read, as: UTF8.self) == expected)
    }

    @Test(
        "What is none is told",
        arguments: [
            ("$", .nameless(offset: 0)), ("a $ b", .nameless(offset: 2)), ("$(host", .nameless(offset: 0)),
            ("$()", .nameless(offset: 0)), ("${HOME}", .nameless(offset: 0)), ("$(host)$", .nameless(offset: 7)),
            ("$Host", .unknown(name: "Host", range: 0..<5)), ("x$host_", .unknown(name: "host_", range: 1..<7)),
            ("$(member-1)", .unknown(name: "member-1", range: 0..<11)),
            ("$member-1", .unknown(name: "member-1", range: 0..<9)),
        ] as [(String, FieldTemplate.Fault)])
    func faults(text: String, fault: FieldTemplate.Fault) {
        #expect(throws: fault) { try FieldTemplate(text) }
    }

    @Test("Each fact is marked by an octet that no field's value has")
    func marks() {
        for octet in UInt8.min ... .max {
            let isMark = FieldFact.allCases.contains { $0.rawValue == octet }
            #expect(FieldFact(mark: octet)?.rawValue == (isMark ? octet : nil))
            #expect(!isMark || octet < 0x20 && ![0, 9, 10, 13].contains(octet))
        }
        #expect(Set(FieldFact.allCases.map(\.name)).count == FieldFact.allCases.count)
        #expect(FieldFact.allCases.allSatisfy { FieldFact(mark: $0.rawValue) == $0 })
    }

    @Test("Of each name the inner level speaks alone, whatever it says, and of the others the outer one does")
    func levels() {
        var (outer, inner) = (RulesConfiguration(), RulesConfiguration())
        outer.fields.request.set = [FieldLine(name: "X-A", value: "outer"), FieldLine(name: "X-B", value: "outer")]
        outer.fields.request.add = [FieldLine(name: "X-C", value: "outer")]
        outer.fields.request.remove = ["X-D", "x_e"]
        inner.fields.request.set = [FieldLine(name: "x_a", value: "inner")]
        inner.fields.request.add = [FieldLine(name: "X-E", value: "inner")]
        inner.fields.request.remove = ["X.C"]
        let request = inner.inheriting(outer).fields.request
        #expect(request.set.map(\.name) == ["X-B", "x_a"] && request.add.map(\.name) == ["X-E"])
        #expect(request.remove == ["X-D", "X.C"])
        #expect(RulesConfiguration().inheriting(outer) == outer && outer.inheriting(RulesConfiguration()) == outer)
    }

    @Test("A value is no longer than is reckoned with")
    func bytes() throws {
        #expect(try FieldTemplate("a$port-b".replacing("-b", with: "/b")).bytesMax == 8)
        var edits = FieldEdits()
        edits.set = [FieldLine(name: "X-A", value: "$port")]
        #expect(edits.linesBytesMax == "X-A: 65535\r\n".utf8.count)
    }
}
