import CSSL

/// The name of a ClientHello's server_name extension (RFC 6066, section 3).
enum ServerName {
    /// There is no extension.
    case none
    /// The name, as it was sent.
    case name(String)
    /// The extension breaks its syntax.
    case malformed

    /// Reads it while OpenSSL's ClientHello callback runs, when it has not been looked at yet.
    init(inHelloOf connection: OpaquePointer) {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe SSL_client_hello_get0_ext(connection, UInt32(TLSEXT_TYPE_server_name), &bytes, &count) == 1 else {
            self = .none
            return
        }
        unsafe self.init(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Reads an extension's content: a list that has one entry, of the type host_name.
    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        func length(at offset: Int) -> Int { unsafe Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
        let isWellFormed =
            unsafe bytes.count >= 5 && length(at: 0) == bytes.count - 2 && bytes[2] == UInt8(TLSEXT_NAMETYPE_host_name)
            && length(at: 3) == bytes.count - 5
        self = isWellFormed ? .name(unsafe String(decoding: bytes[5...], as: UTF8.self)) : .malformed
    }
}
