import Bytes

/// A connection's last request whose name and password were right: the next one that shows the same is spared decoding
/// and looking them up.
///
/// It is known against what the file held, and for as long, as ``VerifiedUsers`` knows it. Belongs to the connection's
/// worker.
struct KnownUser {
    /// The field's value.
    private var value: [UInt8] = []
    /// The user's name.
    private(set) var name: [UInt8] = []
    /// That of the file (``PasswordFile/key``), which no other content has.
    private var key: SipKey?
    /// Milliseconds of the clock.
    private var end = 0

    /// Whether a field is the one that was right.
    ///
    /// - Parameters:
    ///   - value: the field's.
    ///   - now: milliseconds of the clock.
    func isShown(by value: Span<UInt8>, to file: PasswordFile, now: Int) -> Bool {
        end > now && key == file.key && value.count == self.value.count && self.value.span.equalsSecretly(value)
    }

    /// Takes over who was let in.
    ///
    /// - Parameters:
    ///   - name: the user's.
    ///   - value: the field's, which has shown name and password.
    ///   - end: milliseconds of the clock until which that is known.
    mutating func note(_ name: Span<UInt8>, by value: Span<UInt8>, to file: PasswordFile, until end: Int) {
        self.value.removeAll(keepingCapacity: true)
        self.value.append(value)
        self.name.removeAll(keepingCapacity: true)
        self.name.append(name)
        key = file.key
        self.end = end
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are those of another span of the same length, in a time that does not tell where they differ:
    /// a proxy's connection may have shown another client's password.
    fileprivate func equalsSecretly(_ other: Span<UInt8>) -> Bool {
        var (difference, offset) = (UInt64(0), 0)
        while offset < count {
            let size = Swift.min(8, count - offset)
            difference |= word(at: offset, count: size) ^ other.word(at: offset, count: size)
            offset += 8
        }
        return difference == 0
    }
}
