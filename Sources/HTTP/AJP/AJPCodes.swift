import Bytes

/// What AJP/1.3 says in one byte or two: kinds of packets, methods, fields, and attributes of a request.
enum AJPCodes {
    // Packets to the member; content has no code.
    static let forwardRequest: UInt8 = 2
    static let ping: UInt8 = 10
    // Packets of the member.
    static let bodyChunk: UInt8 = 3
    static let headers: UInt8 = 4
    static let endResponse: UInt8 = 5
    static let getBodyChunk: UInt8 = 6
    static let pong: UInt8 = 9

    /// Bytes that each packet begins with: mark and length.
    static let headerBytes = 4
    /// Bytes before the content in a packet of it: header and count.
    static let contentOffset = 6

    // Attributes of a request, behind its fields.
    static let remoteUser: UInt8 = 3
    static let authType: UInt8 = 4
    static let queryString: UInt8 = 5
    static let cipher: UInt8 = 8
    static let namedAttribute: UInt8 = 10
    static let keyBits: UInt8 = 11
    static let secret: UInt8 = 12
    static let storedMethod: UInt8 = 13
    static let end: UInt8 = 0xFF

    /// The method's code for one that has none of its own; its name is an attribute.
    static let otherMethod: UInt8 = 0xFF

    /// The first byte of a field's code. A name that is written out has its length there, and so may not be as long.
    static let fieldMark = 0xA0
    /// Bytes that a name has at most which cannot be taken for a code.
    static let nameBytesMax = fieldMark << 8 - 1

    /// The code of a method, whose case matters; ``otherMethod`` where there is none, as for PATCH.
    static func method(_ name: Span<UInt8>) -> UInt8 {
        guard name.count > 8 else { return shortMethod(name.word(at: 0, count: name.count)) }
        return switch name.count {
        case 9 where name.equals("PROPPATCH"): 9
        case 10 where name.equals("UNCHECKOUT"): 20
        case 10 where name.equals("MKACTIVITY"): 27
        case 11 where name.equals("MKWORKSPACE"): 22
        case 15 where name.equals("VERSION-CONTROL"): 17
        case 16 where name.equals("BASELINE-CONTROL"): 26
        default: otherMethod
        }
    }

    private static func shortMethod(_ word: UInt64) -> UInt8 {
        switch word {
        case UInt64(ascii: "OPTIONS"): 1
        case UInt64(ascii: "GET"): 2
        case UInt64(ascii: "HEAD"): 3
        case UInt64(ascii: "POST"): 4
        case UInt64(ascii: "PUT"): 5
        case UInt64(ascii: "DELETE"): 6
        case UInt64(ascii: "TRACE"): 7
        case UInt64(ascii: "PROPFIND"): 8
        case UInt64(ascii: "MKCOL"): 10
        case UInt64(ascii: "COPY"): 11
        case UInt64(ascii: "MOVE"): 12
        case UInt64(ascii: "LOCK"): 13
        case UInt64(ascii: "UNLOCK"): 14
        case UInt64(ascii: "ACL"): 15
        case UInt64(ascii: "REPORT"): 16
        case UInt64(ascii: "CHECKIN"): 18
        case UInt64(ascii: "CHECKOUT"): 19
        case UInt64(ascii: "SEARCH"): 21
        case UInt64(ascii: "UPDATE"): 23
        case UInt64(ascii: "LABEL"): 24
        case UInt64(ascii: "MERGE"): 25
        default: otherMethod
        }
    }

    /// The second byte of the code of a request's field, in any case; `nil` where it has none.
    static func requestField(_ name: Range<Int>, in bytes: Span<UInt8>) -> UInt8? {
        switch name.count {
        case 4 where bytes.equals("host", in: name): 0x0B
        case 6 where bytes.equals("accept", in: name): 0x01
        case 6 where bytes.equals("cookie", in: name): 0x09
        case 6 where bytes.equals("pragma", in: name): 0x0C
        case 7 where bytes.equals("referer", in: name): 0x0D
        case 7 where bytes.equals("cookie2", in: name): 0x0A
        case 10 where bytes.equals("user-agent", in: name): 0x0E
        case 10 where bytes.equals("connection", in: name): 0x06
        case 12 where bytes.equals("content-type", in: name): 0x07
        case 13 where bytes.equals("authorization", in: name): 0x05
        case 14 where bytes.equals("content-length", in: name): 0x08
        case 14 where bytes.equals("accept-charset", in: name): 0x02
        case 15 where bytes.equals("accept-encoding", in: name): 0x03
        case 15 where bytes.equals("accept-language", in: name): 0x04
        default: nil
        }
    }

    /// A field of an answer that has a code, by its second byte.
    enum AnswerField: UInt8, CaseIterable {
        case contentType = 1
        case contentLanguage, contentLength, date, lastModified, location, setCookie, setCookie2, servletEngine
        case status, authenticate

        /// The field's name.
        var name: StaticString {
            switch self {
            case .contentType: "Content-Type"
            case .contentLanguage: "Content-Language"
            case .contentLength: "Content-Length"
            case .date: "Date"
            case .lastModified: "Last-Modified"
            case .location: "Location"
            case .setCookie: "Set-Cookie"
            case .setCookie2: "Set-Cookie2"
            case .servletEngine: "Servlet-Engine"
            case .status: "Status"
            case .authenticate: "WWW-Authenticate"
            }
        }
    }
}
