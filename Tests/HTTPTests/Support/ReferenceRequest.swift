import HTTP

/// A slow parser of request heads written line by line from RFC 9112, to compare with.
struct ReferenceRequest: Equatable {
    var method = ""
    var target = ""
    var authority = ""
    var framing = Framing.none
    var keepsAlive = false
    var fields: [[String]] = []

    /// What the fast parser made of it, in the same words.
    init(_ head: RequestSnapshot) {
        method = head.methodText
        target = head.target
        authority = head.authority
        framing = head.framing
        keepsAlive = head.keepsAlive
        fields = head.fields.map { [$0.name, $0.value] }
    }

    /// Parses the first head in the bytes.
    ///
    /// - Returns: `nil` when there is no whole valid head.
    init?(_ source: [UInt8]) {
        guard var lines = Self.lines(source) else { return nil }
        let line = lines.removeFirst()
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, Self.isToken(parts[0]), Self.isTarget(parts[1]) else { return nil }
        method = parts[0]
        target = parts[1]
        let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"]
        guard !known.contains(method.uppercased()) || known.contains(method) else { return nil }
        let version = Array(parts[2])
        guard version.count == 8, parts[2].hasPrefix("HTTP/1."), version[7].isASCII, version[7].isNumber else {
            return nil
        }
        let isOld = version[7] == "0"

        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = String(line[..<colon])
            guard Self.isToken(name) else { return nil }
            fields.append([name, Self.trim(String(line[line.index(after: colon)...]))])
        }
        guard settleFraming(isOld: isOld), settleHost(isOld: isOld) else { return nil }
        let options = values("connection").flatMap {
            $0.split(separator: ",").map { Self.trim(String($0)).lowercased() }
        }
        keepsAlive = !options.contains("close") && (!isOld || options.contains("keep-alive"))
    }

    private func values(_ name: String) -> [String] {
        fields.filter { $0[0].lowercased() == name }.map { $0[1] }
    }

    private mutating func settleFraming(isOld: Bool) -> Bool {
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        guard lengths.isEmpty || codings.isEmpty, lengths.count <= 1, codings.count <= 1 else { return false }
        if let length = lengths.first {
            guard !length.isEmpty, length.allSatisfy({ ("0"..."9").contains($0) }), let number = Int64(length),
                number <= (Int64.max - 9) / 10 * 10 + 9
            else { return false }
            framing = .length(UInt64(number))
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked", !isOld else { return false }
            framing = .chunked
        }
        return true
    }

    private mutating func settleHost(isOld: Bool) -> Bool {
        let hosts = values("host")
        guard hosts.count <= 1, hosts.count == 1 || isOld else { return false }
        guard hosts.allSatisfy({ Self.split($0) != nil }) else { return false }
        authority = hosts.first ?? ""
        if method == "CONNECT" {
            guard let named = Self.split(target), named.port != nil else { return false }
            authority = target
            return true
        }
        if target == "*" { return method == "OPTIONS" }
        if target.hasPrefix("/") { return true }
        for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
            authority = String(target.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" })
            return Self.split(authority) != nil
        }
        return false
    }

    private static func split(_ authority: String) -> (host: String, port: Int?)? {
        var host = authority
        var port: Int?
        let searched = authority.hasPrefix("[") ? authority.drop { $0 != "]" } : authority[...]
        if let colon = searched.firstIndex(of: ":") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.count <= 5, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
            port = Int(digits)
            host = String(authority[..<colon])
        }
        guard !host.isEmpty, port ?? 0 <= 65535 else { return nil }
        if host.hasPrefix("[") {
            let inside = host.dropFirst().dropLast()
            let isAddress = inside.allSatisfy { $0.isASCII && $0.isHexDigit || $0 == ":" || $0 == "." }
            guard host.hasSuffix("]"), isAddress, inside.filter({ $0 == ":" }).count >= 2 else { return nil }
            return (host, port)
        }
        let isName = host.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0))
        }
        return isName ? (host, port) : nil
    }

    private static func lines(_ source: [UInt8]) -> [String]? {
        var lines: [String] = []
        var line: [UInt8] = []
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == 0x0D {
                guard index + 1 < source.count, source[index + 1] == 0x0A else { return nil }
                index += 2
                if line.isEmpty, index > 2 { return lines.isEmpty ? nil : lines }
                if !line.isEmpty { lines.append(text(line)) }
                line = []
                continue
            }
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { return nil }
            line.append(byte)
            index += 1
        }
        return nil
    }

    private static func isToken(_ name: String) -> Bool {
        let allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return !name.isEmpty && name.unicodeScalars.allSatisfy { allowed.unicodeScalars.contains($0) }
    }

    private static func isTarget(_ target: String) -> Bool {
        !target.isEmpty && target.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "#" }
    }

    private static func trim(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        return String(scalars)
    }
}
