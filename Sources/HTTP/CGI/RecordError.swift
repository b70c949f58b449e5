/// Why what a member has sent in records (FastCGI, AJP) was refused.
///
/// A client then gets 502, or sees its answer broken off; the connection is not used again.
public enum RecordError: UInt8, Error, CaseIterable, Sendable {
    // Of both.
    case typeUnknown, typeUnexpected, lengthWrong, behindEnd, contentBehindEnd, truncated
    // Of FastCGI.
    case versionUnknown, requestUnknown, tooManyEmptyRecords, errorOutputTooLong, statusRefused
    // Of AJP.
    case magicUnknown, packetTooLarge, chunkPastPacket, restInPacket
    case contentBeforeHead, headRepeated, headMissing, pongUnasked
    case stringPastPacket, stringUnterminated, stringNull, codeUnknown
    case tooManyFlushes, tooManyUnaskedChunks

    /// Its name in logs; it never changes.
    public var code: StaticString {
        switch self {
        case .typeUnknown: "record-type-unknown"
        case .typeUnexpected: "record-type-unexpected"
        case .lengthWrong: "record-length-wrong"
        case .behindEnd: "record-behind-end"
        case .contentBehindEnd: "record-content-behind-end"
        case .truncated: "record-truncated"
        case .versionUnknown: "record-version-unknown"
        case .requestUnknown: "record-request-unknown"
        case .tooManyEmptyRecords: "record-too-many-empty"
        case .errorOutputTooLong: "record-errors-too-long"
        case .statusRefused: "record-status-refused"
        case .magicUnknown: "packet-magic-unknown"
        case .packetTooLarge: "packet-too-large"
        case .chunkPastPacket: "packet-chunk-past-end"
        case .restInPacket: "packet-rest"
        case .contentBeforeHead: "packet-content-before-head"
        case .headRepeated: "packet-head-repeated"
        case .headMissing: "packet-head-missing"
        case .pongUnasked: "packet-pong-unasked"
        case .stringPastPacket: "packet-string-past-end"
        case .stringUnterminated: "packet-string-unterminated"
        case .stringNull: "packet-string-null"
        case .codeUnknown: "packet-code-unknown"
        case .tooManyFlushes: "packet-too-many-flushes"
        case .tooManyUnaskedChunks: "packet-too-many-unasked"
        }
    }
}
