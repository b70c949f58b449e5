/// The numbers of FastCGI 1.0 that Martlet writes and reads.
///
/// A record is a header of 8 bytes, content and padding: version, type, request (2), bytes of content (2), bytes of
/// padding, and one that is reserved.
enum FastCGIRecord {
    /// Bytes of a header.
    static let headerBytes = 8
    /// Bytes of the content of BEGIN_REQUEST and of END_REQUEST.
    static let bodyBytes = 8
    /// The version of all records.
    static let version: UInt8 = 1
    /// The only request on a connection.
    static let request = 1
    /// The role of a program that answers (section 6.2).
    static let responder: UInt8 = 1
    /// The flag that asks the member to keep the connection.
    static let keepConnection: UInt8 = 1

    static let beginRequest: UInt8 = 1
    static let endRequest: UInt8 = 3
    static let params: UInt8 = 4
    static let stdin: UInt8 = 5
    static let stdout: UInt8 = 6
    static let stderr: UInt8 = 7
    /// The last of the types that the protocol knows.
    static let unknownType: UInt8 = 11

    /// What END_REQUEST says that became of the request.
    static let complete: UInt8 = 0
    static let overloaded: UInt8 = 2

    /// A header, as it is sent.
    ///
    /// - Parameters:
    ///   - content: bytes of content, 65,535 at most.
    ///   - padding: bytes behind it.
    static func header(_ type: UInt8, content: Int, padding: Int = 0) -> InlineArray<8, UInt8> {
        [
            version, type, 0, UInt8(request), UInt8(truncatingIfNeeded: content >> 8),
            UInt8(truncatingIfNeeded: content), UInt8(truncatingIfNeeded: padding), 0,
        ]
    }
}
