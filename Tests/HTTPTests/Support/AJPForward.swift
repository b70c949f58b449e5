/// A FORWARD_REQUEST as a member reads it that knows the protocol from its description alone.
struct AJPForward: Equatable {
    var method = ""
    var version = ""
    var path: String?
    var remoteAddress: String?
    var remoteHost: String?
    var serverName: String?
    var serverPort = 0
    var isSecure = false
    var fields: [String] = []
    /// Those that have a name of their own, by the names of mod_jk's documentation.
    var attributes: [String: String] = [:]
    /// How many there were, each counted as often as it came.
    var attributeCount = 0

    static let methodNames = [
        "OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
        "LOCK", "UNLOCK", "ACL", "REPORT", "VERSION-CONTROL", "CHECKIN", "CHECKOUT", "UNCHECKOUT", "SEARCH",
        "MKWORKSPACE", "UPDATE", "LABEL", "MERGE", "BASELINE-CONTROL", "MKACTIVITY",
    ]
    private static let names = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "connection",
        "content-type", "content-length", "cookie", "cookie2", "host", "pragma", "referer", "user-agent",
    ]

    private static let attributeNames: [UInt8: String] = [
        1: "context", 2: "servlet_path", 3: "remote_user", 4: "auth_type", 5: "query_string", 6: "jvm_route",
        7: "ssl_cert", 8: "ssl_cipher", 9: "ssl_session", 12: "secret", 13: "stored_method",
    ]
}

extension AJPForward {
    /// Reads the one packet that the bytes are.
    init?(_ source: [UInt8]) {
        var rest = source[...]
        guard rest.popFirst() == 0x12, rest.popFirst() == 0x34, Self.integer(&rest) == rest.count,
            rest.popFirst() == 2, let code = rest.popFirst(), readLine(&rest), readFields(&rest),
            readAttributes(&rest), rest.isEmpty
        else { return nil }
        if code == 0xFF, let stored = attributes["stored_method"] {
            method = stored
        } else if 1...Self.methodNames.count ~= Int(code), attributes["stored_method"] == nil {
            method = Self.methodNames[Int(code) - 1]
        } else {
            return nil
        }
    }

    private mutating func readLine(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let version = Self.string(&rest), let path = Self.string(&rest), let address = Self.string(&rest),
            let host = Self.string(&rest), let name = Self.string(&rest), let port = Self.integer(&rest),
            let secure = rest.popFirst(), secure < 2
        else { return false }
        self.version = version ?? ""
        self.path = path
        remoteAddress = address
        remoteHost = host
        serverName = name
        serverPort = port
        isSecure = secure == 1
        return true
    }

    private mutating func readFields(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let count = Self.integer(&rest) else { return false }
        for _ in 0..<count {
            var name: String
            if rest.first == 0xA0 {
                guard let code = Self.integer(&rest), 0xA001...0xA00E ~= code else { return false }
                name = Self.names[code - 0xA001]
            } else {
                guard let written = Self.string(&rest), let written else { return false }
                name = written
            }
            guard let value = Self.string(&rest), let value else { return false }
            fields.append("\(name): \(value)")
        }
        return true
    }

    private mutating func readAttributes(_ rest: inout ArraySlice<UInt8>) -> Bool {
        while let code = rest.popFirst() {
            if code == 0xFF { return true }
            attributeCount += 1
            if code == 11 {
                guard let size = Self.integer(&rest) else { return false }
                attributes["ssl_key_size"] = "\(size)"
                continue
            }
            guard let first = Self.string(&rest), let first else { return false }
            if code == 10 {
                guard let second = Self.string(&rest), let second else { return false }
                attributes[first] = second
            } else {
                guard let name = Self.attributeNames[code] else { return false }
                attributes[name] = first
            }
        }
        return false
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        return Int(high) * 256 + Int(low)
    }

    /// A string, `.some(nil)` where there is none, `nil` where the bytes have no string.
    private static func string(_ rest: inout ArraySlice<UInt8>) -> String?? {
        guard let count = integer(&rest) else { return nil }
        if count == 0xFFFF { return .some(nil) }
        guard rest.count > count else { return nil }
        let value = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        guard rest.popFirst() == 0 else { return nil }
        return text(value)
    }
}
