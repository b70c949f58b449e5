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
}
