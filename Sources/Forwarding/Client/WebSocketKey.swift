import Bytes
import TLS

/// The nonce of a WebSocket's opening handshake (RFC 6455, section 4.1), which Martlet makes for clients over HTTP/2
/// and answers for members over HTTP/2.
package struct WebSocketKey {
    /// The value of `Sec-WebSocket-Key`: 16 bytes in Base64.
    let text: [UInt8]

    /// Makes a key.
    init(using generator: inout some RandomNumberGenerator) {
        text = Self.base64((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// A client's key.
    package init(text: [UInt8]) {
        self.text = text
    }

    /// The value of `Sec-WebSocket-Accept` that shows that the member has read the key.
    var accepted: [UInt8] {
        let digest = SHA1.digest((text + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)).span)
        return Self.base64(digest.indices.map { digest[$0] })
    }

    /// Base64 with padding (RFC 4648, section 4).
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                let isPadding = start + place > bytes.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[group >> (18 - 6 * place) & 63])
            }
        }
        return text
    }
}
