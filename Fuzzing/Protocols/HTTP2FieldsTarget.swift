import Bytes
import HTTP

/// Fields as nghttp2 hands them on, laid down as text: it parses, or is refused, and says what the fields have said.
///
/// An input is lines of a name, a blank and a value.
enum HTTP2FieldsTarget {
    private typealias Field = (name: [UInt8], value: [UInt8])

    static func take(_ input: [UInt8]) {
        let fields = input.split(separator: UInt8(ascii: "\n")).compactMap { line -> Field? in
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
            return (Array(line[..<blank]), Array(line[(blank + 1)...]))
        }.filter(isLetPass)
        let pseudo = fields.filter { $0.name[0] == UInt8(ascii: ":") }
        let others = fields.filter { $0.name[0] != UInt8(ascii: ":") }
        for ends in [true, false] {
            request(once(pseudo, [":method", ":path", ":authority", ":protocol", ":scheme"]), others, endsStream: ends)
        }
        for following in [AnswerFollowing.nothing, .content, .end] {
            answer(once(pseudo, [":status"]), others, following)
        }
    }

    /// The first of each name.
    private static func once(_ fields: [Field], _ names: [String]) -> [Field] {
        names.compactMap { name in fields.first { $0.name == bytes(name) } }
    }

    /// Whether nghttp2 lets a field pass: names in lower case, no control bytes, no blanks around values.
    private static func isLetPass(_ field: Field) -> Bool {
        let isPseudo = field.name.first == UInt8(ascii: ":")
        let name = isPseudo ? field.name.dropFirst() : field.name[...]
        let isName =
            !name.isEmpty
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
        let isValue = field.value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }
        let isBlank = { (byte: UInt8?) in byte == 0x20 || byte == 9 }
        guard isName, isValue, !isBlank(field.value.first), !isBlank(field.value.last) else { return false }
        switch text(field.name) {
        case ":status": return field.value.count == 3 && field.value.allSatisfy { (0x30...0x39).contains($0) }
        case ":method", ":path", ":authority", ":protocol", ":scheme":
            return !field.value.isEmpty && field.value.allSatisfy { $0 > 0x20 }
        case "connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection", "te": return false
        default: return true
        }
    }

    private static func request(_ pseudo: [Field], _ others: [Field], endsStream: Bool) {
        guard let method = pseudo.first(where: { $0.name == bytes(":method") }),
            let path = pseudo.first(where: { $0.name == bytes(":path") })
        else { return }
        let request = HTTP2RequestText(buffers: BufferPool())
        request.begin(isTrailers: false)
        defer { request.giveBack() }
        for field in pseudo + others {
            guard request.add(name: field.name.span, value: field.value.span) else { return }
        }
        guard (try? request.finish(endsStream: endsStream, webSocketKey: bytes("a2V5").span)) != nil else { return }
        let laid = request.withText { bytes in bytes.indices.map { bytes[$0] } }
        var head = RequestHead(fieldCountMax: 128)
        guard (try? head.parse(laid.span, limits: HeadLimits(), isHTTP2: true)) != nil else { return }
        check(laid.suffix(4) == bytes("\r\n\r\n")[...] && count(laid) == laid.count, "no head, or more than one")
        let isWebSocket = request.asksForWebSocket
        check(isWebSocket || text(laid, head.methodRange) == text(method.value), "another method")
        if method.value != bytes("CONNECT") {
            check(text(laid, head.targetRange) == text(path.value), "another target")
        }
        let after = FieldSnapshot.all(head.fields, laid)
        let own = ["host", "cookie", "transfer-encoding", "connection", "upgrade", "sec-websocket-key"]
        compare(after, others, without: own)
        let crumbs = others.filter { $0.name == bytes("cookie") }.map { text($0.value) }
        // Empty ones at the beginning leave nothing behind.
        let joined = trimmed(crumbs.drop(while: \.isEmpty).joined(separator: "; "))
        let cookie = after.filter { $0.name == "cookie" }.map(\.value)
        check(cookie == (crumbs.isEmpty ? [] : [joined]), "other cookies")
    }

    private static func answer(_ pseudo: [Field], _ others: [Field], _ following: AnswerFollowing) {
        guard let status = pseudo.first else { return }
        let answer = HTTP2AnswerText(buffers: BufferPool())
        answer.begin(isTrailers: false)
        defer { answer.giveBack() }
        for field in pseudo + others {
            guard answer.add(name: field.name.span, value: field.value.span) else { return }
        }
        guard (try? answer.finish(following)) != nil else { return }
        let laid = answer.withText { bytes in bytes.indices.map { bytes[$0] } }
        check(count(laid, isRequest: false) == laid.count, "no head, or more than one")
        guard let head = ResponseSnapshot.parse(laid).value else { return }
        check(head.status == Int(text(status.value)), "another status")
        compare(head.fields, others, without: ["transfer-encoding", "content-length"])
    }

    /// Bytes of the first head.
    private static func count(_ head: [UInt8], isRequest: Bool = true) -> Int? {
        var scanner = HeadScanner(isRequest: isRequest)
        let limits = HeadLimits(fieldCountMax: 128)
        return try? scanner.scan(head.span, limits: limits) ?? nil
    }

    private static func compare(_ after: [FieldSnapshot], _ before: [Field], without own: [String]) {
        let left = after.filter { !own.contains($0.name) }
        let right = before.filter { !own.contains(text($0.name)) }
        check(left.map(\.name) == right.map { text($0.name) }, "other fields")
        check(left.map(\.value) == right.map { text($0.value) }, "other values")
    }

    private static func trimmed(_ value: String) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(value.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
