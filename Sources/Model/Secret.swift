/// What a member asks for before it listens: a text that is sent to it and shown nowhere, so that no line of a log or
/// of an answer has it by accident.
public struct Secret: Sendable, Hashable {
    /// Its octets, `1 ... bytesMax` of printable ASCII.
    public let bytes: [UInt8]

    /// The longest that leaves a packet its room for a request.
    public static let bytesMax = 256

    /// Takes a text; `nil` where it is none that may be sent.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard 1...Self.bytesMax ~= bytes.count, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else { return nil }
        self.bytes = bytes
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The same words for all.
    public var description: String { "(secret)" }

    /// The same words for all.
    public var debugDescription: String { description }

    /// Without parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Codec where Value == Secret {
    /// A text that is shown nowhere.
    static var secret: Codec {
        Codec(
            shape: { _ in .text(.secret) }, write: { secret, _ in .secret(secret) },
            read: { datum in
                switch datum {
                case .text(let text): Secret(text)
                case .secret(let secret): secret
                default: nil
                }
            })
    }
}
