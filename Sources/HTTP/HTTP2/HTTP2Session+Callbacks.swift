import Bytes
import CNGHTTP2

/// What nghttp2 tells and asks, in the owner's words.
extension HTTP2Session {
    func onBeginHeaders(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
        guard let frame = unsafe frame else { return 0 }
        let stream = unsafe CNGHTTP2_header(frame).stream_id
        let isFirst = Self.isFirst(unsafe CNGHTTP2_category(frame))
        tell { $0.onBlockBegin(stream: stream, isFirst: isFirst) }
        return 0
    }

    /// Whether a header block is its stream's first one.
    private static func isFirst(_ category: nghttp2_headers_category) -> Bool {
        category == NGHTTP2_HCAT_REQUEST || category == NGHTTP2_HCAT_RESPONSE
    }

    func onHeader(
        _ name: UnsafePointer<UInt8>?, _ nameCount: Int, _ value: UnsafePointer<UInt8>?, _ valueCount: Int
    ) -> Int32 {
        let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
        let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
        let goesOn = tell { unsafe $0.onField(name: name.span, value: value.span) }
        return goesOn == true ? 0 : fail(.enhanceYourCalm)
    }

    func onInvalidHeader(_ name: UnsafePointer<UInt8>?, _ nameCount: Int) -> Int32 {
        let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
        tell { unsafe $0.onInvalidField(name: name.span) }
        return 0
    }

    func onFrame(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
        guard let frame = unsafe frame else { return 0 }
        let header = unsafe CNGHTTP2_header(frame)
        let endsStream = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            let isFirst = Self.isFirst(unsafe CNGHTTP2_category(frame))
            tell { $0.onBlockEnd(stream: header.stream_id, isFirst: isFirst, endsStream: endsStream) }
        case NGHTTP2_DATA.rawValue:
            if endsStream {
                tell { $0.onContentEnd(stream: header.stream_id) }
            } else if header.length > 0, unsafe CNGHTTP2_padding(frame) == header.length {
                tell { $0.onGlitch(.emptyFrame) }
            }
        case NGHTTP2_PRIORITY_UPDATE.rawValue:
            // RFC 9218, section 7.1.
            if unsafe CNGHTTP2_prioritized_stream(frame) == 0 { return fail(.protocolError) }
        case NGHTTP2_SETTINGS.rawValue:
            if header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0 { tell { $0.onSettings() } }
        case NGHTTP2_GOAWAY.rawValue:
            let code = unsafe CNGHTTP2_error_code(frame)
            tell { $0.onGoAway(code: code) }
        default: break
        }
        return 0
    }

    func onFrameSent(_ frame: UnsafePointer<nghttp2_frame>?) -> Int32 {
        guard let frame = unsafe frame else { return 0 }
        let header = unsafe CNGHTTP2_header(frame)
        switch UInt32(header.type) {
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
            if header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 {
                tell { $0.onMessageSent(stream: header.stream_id) }
            }
        case NGHTTP2_RST_STREAM.rawValue:
            let code = unsafe CNGHTTP2_error_code(frame)
            if code != HTTP2ErrorCode.streamClosed.rawValue { awaitStrays() }
            if !Self.ownReasons.contains(code) { tell { $0.onGlitch(.provokedReset) } }
        case NGHTTP2_GOAWAY.rawValue:
            let code = unsafe CNGHTTP2_error_code(frame)
            guard code != HTTP2ErrorCode.none.rawValue else { break }
            let name = unsafe String(cString: nghttp2_http2_strerror(code))
            tell { $0.onError(name) }
        default: break
        }
        return 0
    }

    /// What ``reset(_:_:)`` is called with for reasons that are not the client's.
    private static let ownReasons = [HTTP2ErrorCode.none, .internal, .cancel].map(\.rawValue)

    func onData(_ stream: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        let content = unsafe UnsafeBufferPointer(start: bytes, count: count)
        tell { unsafe $0.onContent(content.span, stream: stream) }
        return 0
    }

    func onStreamClose(_ stream: Int32, _ code: UInt32) -> Int32 {
        if role == .server { noteEnd(of: stream) }
        tell { $0.onStreamEnd(stream: stream, code: code) }
        return 0
    }

    /// Bytes of content for which a frame is worth its header, while more is to come.
    private static let contentBytesMin = 512

    func readContent(_ stream: Int32, _ limit: Int, _ flags: UnsafeMutablePointer<UInt32>?) -> Int {
        let room = (withOutput { $0.room } ?? 0) - HTTP2FrameWalker.headerBytes
        guard room >= Self.contentBytesMin else {
            lacksRoom = true
            return Int(NGHTTP2_ERR_PAUSE.rawValue)
        }
        let noCopy = UInt32(NGHTTP2_DATA_FLAG_NO_COPY.rawValue)
        let end = UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
        if let offer = unsafe offer, unsafe offer.stream == stream, unsafe offer.taken < offer.content.count {
            let left = unsafe offer.content.count - offer.taken
            let count = min(limit, room, left)
            // Content that a tiny window has cut into pieces accounts for nothing.
            if count == left || count >= Self.incrementBytesMin { allow(Self.allowancePerFrame) }
            unsafe flags?.pointee |= offer.isLast && count == left ? noCopy | end : noCopy
            return count
        }
        switch tell({ $0.onContentWanted(of: stream) }) ?? .end {
        case .later:
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        case .end:
            unsafe flags?.pointee |= noCopy | end
        case .trailers:
            unsafe flags?.pointee |= noCopy | end | UInt32(NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
        }
        return 0
    }

    func sendData(_ header: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        let bytes = unsafe UnsafeBufferPointer(start: header, count: HTTP2FrameWalker.headerBytes)
        guard withOutput({ unsafe $0.append(bytes.span) }) != nil else {
            return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
        }
        guard count > 0, let offer = unsafe offer else { return 0 }
        let content = unsafe UnsafeBufferPointer(rebasing: offer.content[offer.taken..<(offer.taken + count)])
        let taken = withOutput { unsafe $0.append(content.span) } ?? 0
        unsafe self.offer?.taken += taken
        return 0
    }
}
