/// Why a stream or a connection ends (RFC 9113, section 7).
public enum HTTP2ErrorCode: UInt32, Sendable {
    case none = 0
    case protocolError = 1
    case `internal` = 2
    case flowControl = 3
    case streamClosed = 5
    case frameSize = 6
    case refusedStream = 7
    case cancel = 8
    case connect = 10
    case enhanceYourCalm = 11
}
