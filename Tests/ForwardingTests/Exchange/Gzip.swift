import HTTP

/// gzip as a client or a member makes and reads it.
enum Gzip {
    /// Compresses a content.
    static func coded(_ content: [UInt8]) -> [UInt8] {
        let encoder = GzipEncoder(level: 6)
        return [UInt8](capacity: content.count + 1_000) { (output: inout OutputSpan<UInt8>) in
            _ = encoder.encode(content.span, flush: .finish, into: &output)
        }
    }

    /// Reads as much of a content as there is.
    ///
    /// - Returns: `nil` where it is no gzip; else what it gives, and whether it is whole.
    static func decoded(_ coded: [UInt8]) -> (content: [UInt8], isWhole: Bool)? {
        let inflater = GzipInflater()
        var content: [UInt8] = []
        var offset = 0
        repeat {
            var isBroken = false
            var consumed = 0
            content += [UInt8](capacity: 1 << 16) { (output: inout OutputSpan<UInt8>) in
                do throws(GzipInflater.Failure) {
                    consumed = try inflater.decode(coded.span.extracting(offset..<coded.count), into: &output)
                } catch {
                    isBroken = true
                }
            }
            if isBroken { return nil }
            offset += consumed
        } while offset < coded.count || !inflater.isDrained
        return (content, inflater.isWhole)
    }

    /// The content that chunks hold.
    ///
    /// - Returns: `nil` where they do not end.
    static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var content: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
            guard let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) else { return nil }
            rest = rest[end...].dropFirst(2)
            if count == 0 { return content }
            guard rest.count >= count + 2 else { return nil }
            content += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }
}

extension ScriptedConnection {
    /// What stands behind the head that it was sent, as bytes.
    var writtenContent: ArraySlice<UInt8> {
        let blank = Array("\r\n\r\n".utf8)
        let end = written.indices.first { written[$0...].starts(with: blank) }
        return end.map { written[($0 + blank.count)...] } ?? []
    }
}
