import Bytes

/// What asks a FastCGI member, beside requests, whether it is there.
public enum FastCGIProbe {
    private static let getValues: UInt8 = 9
    private static let getValuesResult: UInt8 = 10

    /// The question what the program can do (FCGI_GET_VALUES, section 4.1), which it must answer.
    public static var question: [UInt8] {
        let name = Array("FCGI_MAX_CONNS".utf8)
        return header(getValues, request: 0, content: name.count + 2) + [UInt8(name.count), 0] + name
    }

    /// Whether bytes are the beginning of an answer to ``question``.
    ///
    /// - Returns: `nil` while that is not known.
    public static func isAnswer(_ bytes: Span<UInt8>) -> Bool? {
        if bytes.count > 0, bytes[0] != FastCGIRecord.version { return false }
        guard bytes.count >= FastCGIRecord.headerBytes else { return nil }
        // A program that does not know the question has to say that.
        let isKnown = bytes[1] == getValuesResult || bytes[1] == FastCGIRecord.unknownType
        return isKnown && bytes[2] == 0 && bytes[3] == 0
    }

    /// A request without content, on a connection that is closed behind it.
    ///
    /// - Parameter parameters: names and values of at most 65,535 bytes in all.
    /// - Returns: `nil` where they are more.
    public static func request(_ parameters: [(name: String, value: String)]) -> [UInt8]? {
        var content: [UInt8] = []
        for (name, value) in parameters {
            content += length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
        }
        guard content.count <= Limits.recordContentBytesMax else { return nil }
        let number = FastCGIRecord.request
        return header(FastCGIRecord.beginRequest, request: number, content: FastCGIRecord.bodyBytes)
            + [0, FastCGIRecord.responder, 0, 0, 0, 0, 0, 0]
            + header(FastCGIRecord.params, request: number, content: content.count) + content
            + header(FastCGIRecord.params, request: number, content: 0)
            + header(FastCGIRecord.stdin, request: number, content: 0)
    }

    private static func header(_ type: UInt8, request: Int, content: Int) -> [UInt8] {
        [FastCGIRecord.version, type, 0, UInt8(request), UInt8(content >> 8), UInt8(content & 255), 0, 0]
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count > 127 else { return [UInt8(count)] }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) | ($0 == 24 ? 128 : 0) }
    }
}
