import CSSL

/// The digest that WebSocket handshakes are made with (RFC 6455, section 1.3); not for anything secret.
public enum SHA1 {
    /// Computes the digest of some bytes.
    public static func digest(_ bytes: Span<UInt8>) -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        unsafe withUnsafeMutableBytes(of: &digest) { digest in
            unsafe bytes.withUnsafeBufferPointer { source in
                _ = unsafe CSSL.SHA1(
                    source.baseAddress, source.count, digest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
        }
        return digest
    }
}
