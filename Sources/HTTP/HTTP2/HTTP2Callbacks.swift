import Bytes
import CNGHTTP2

/// What nghttp2 calls. Each thunk recovers the session and calls a typed method.
///
/// Safe because nghttp2 hands every callback the pointer that ``HTTP2Session`` gave it, and calls only while that is
/// calling it; both objects here are made once for the process and only read afterwards.
@safe
enum HTTP2Callbacks {
    /// The table of callbacks.
    nonisolated(unsafe) static let callbacks: OpaquePointer? = unsafe makeCallbacks()
    /// How sessions behave.
    nonisolated(unsafe) static let options: OpaquePointer? = unsafe makeOptions()

    private static func makeOptions() -> OpaquePointer? {
        var options: OpaquePointer?
        guard unsafe nghttp2_option_new(&options) == 0 else { return nil }
        // Windows open when content was passed on, not when it was received.
        unsafe nghttp2_option_set_no_auto_window_update(options, 1)
        // A closed stream is needed for RFC 7540's priorities only.
        unsafe nghttp2_option_set_no_closed_streams(options, 1)
        // Every head that fits into a large slab, with what HPACK's bound adds to it. A larger one would fail unseen.
        unsafe nghttp2_option_set_max_send_header_block_length(options, 4 * BufferPool.largeBytes)
        unsafe nghttp2_option_set_builtin_recv_extension_type(options, UInt8(NGHTTP2_PRIORITY_UPDATE.rawValue))
        return unsafe options
    }

    private static func makeCallbacks() -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0 else { return nil }
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onBeginHeaders(frame) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameCount, value, valueCount, _, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onHeader(name, nameCount, value, valueCount) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) {
            _, _, name, nameCount, _, _, _, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onInvalidHeader(name, nameCount) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onFrame(frame) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onFrameSent(frame) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, stream, bytes, count, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.onData(stream, bytes, count) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, user in
            unsafe HTTP2Callbacks.lend(user) { $0.onStreamClose(stream, code) } ?? 0
        }
        unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, _, header, count, _, user in
            unsafe HTTP2Callbacks.lend(user) { unsafe $0.sendData(header, count) } ?? 0
        }
        return unsafe callbacks
    }

    /// Asks for the content of the next DATA frame.
    static let readContent: nghttp2_data_source_read_callback = { _, stream, _, limit, flags, _, user in
        unsafe HTTP2Callbacks.lend(user) { unsafe $0.readContent(stream, limit, flags) }
            ?? Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }

    /// Lends the session: taken out of the pointer it would be retained and released with each call.
    @inline(__always)
    private static func lend<Result>(_ user: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Result) -> Result? {
        guard let user = unsafe user else { return nil }
        return unsafe Unmanaged<HTTP2Session>.fromOpaque(user)._withUnsafeGuaranteedRef(body)
    }
}
