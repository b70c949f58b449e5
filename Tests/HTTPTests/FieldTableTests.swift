import HTTP
import Testing

@Suite struct FieldTableTests {
    /// Appends one field and tells what was refused.
    private func append(_ name: String, _ value: String, to table: inout FieldTable) -> HeadRefusal? {
        let source = bytes(name + value)
        let split = name.unicodeScalars.count
        do throws(HeadError) {
            try table.append(
                name: 0..<split, value: split..<source.count, in: source.span,
                limits: HeadLimits(fieldBytesMax: 100, fieldCountMax: 3))
        } catch {
            return error.reason
        }
        return nil
    }

    @Test(
        "RFC 9113 8.2: fields that come one by one are checked",
        arguments: [
            ("x-a", "b", nil), ("x-a", "", nil), ("cookie", "a=b", nil), ("", "b", HeadRefusal.emptyFieldName),
            ("x a", "b", .fieldNameInvalid), ("x:", "b", .fieldNameInvalid), ("x\r\ny", "b", .fieldNameInvalid),
            ("x\u{E9}", "b", .fieldNameInvalid), ("x", "a\r\nb: c", .controlByte), ("x", "a\nb", .controlByte),
            ("x", "a\0", .nulByte), ("x", " a", .controlByte), ("x", "a\t", .controlByte), ("x", "a\tb \u{FF}", nil),
            ("x", "\u{7F}", .controlByte), (String(repeating: "x", count: 99), "", .fieldTooLong),
        ])
    func checked(_ name: String, _ value: String, _ refusal: HeadRefusal?) {
        var table = FieldTable(capacity: 3)
        let found = append(name, value, to: &table)
        #expect(found == refusal)
        let count = table.count
        #expect(count == (refusal == nil ? 1 : 0))
    }

    @Test("they are known and marked as parsed ones are, and counted")
    func marked() {
        var table = FieldTable(capacity: 3)
        let refusals = [
            append("TE", "x", to: &table), append("x_forwarded_for", "y", to: &table), append("Host", "a", to: &table),
        ]
        #expect(refusals == [nil, nil, nil])
        let marks = [table[0].marks, table[1].marks, table[2].marks]
        #expect(marks == [.hopByHop, .edgeOnly, []])
        let hostIndex = table.index(of: .host)
        #expect(hostIndex == 2)
        let full = append("x", "y", to: &table)
        #expect(full == .tooManyFields)
        table.removeAll()
        let isEmpty = table.count == 0 && table.present == 0
        #expect(isEmpty)
    }
}
