/// The file of keys that routes are sealed with: `EPOCH HEX` a line, `#` begins a comment.
///
/// The first key seals, all of them open. A key is brought in on many nodes without losing a session by adding it as
/// the last one everywhere, then moving it to the first line, and at last taking the old one away.
public enum TokenKeyFile {
    /// Bytes of a file at most: all epochs, with comments.
    static let bytesMax = 64 * 1024

    /// What is wrong with a file, in words.
    public typealias Fault = WholeFile.Fault

    /// Reads a file. Blocks on the disk: never called on a worker.
    ///
    /// - Returns: the keys in their order; at least one.
    public static func load(path: String) throws(Fault) -> [TokenKey] {
        try parse(try WholeFile.read(path, bytesMax: bytesMax, isPrivate: true))
    }

    /// Reads the keys of a text.
    public static func parse(_ text: [UInt8]) throws(Fault) -> [TokenKey] {
        var keys: [TokenKey] = []
        for (offset, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != UInt8(ascii: "#") }
            let words = content.split {
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
            }
            if words.isEmpty { continue }
            let place = "line \(offset + 1): "
            guard words.count == 2 else {
                throw Fault(message: place + "expected an epoch and a key, found \(words.count) words")
            }
            guard let epoch = epoch(words[0]) else {
                throw Fault(message: place + "expected an epoch from 0 to 255 before the key")
            }
            guard let secret = secret(words[1]) else {
                throw Fault(
                    message: place + "expected a key of 64 hexadecimal digits, as openssl rand -hex 32 makes it")
            }
            guard !keys.contains(where: { $0.epoch == epoch }) else {
                throw Fault(message: place + "the epoch \(epoch) is there twice")
            }
            guard keys.count < TokenSealer.keysMax else {
                throw Fault(message: place + "expected at most \(TokenSealer.keysMax) keys")
            }
            keys.append(TokenKey(epoch: epoch, secret: secret))
        }
        guard !keys.isEmpty else {
            throw Fault(message: "no key in the file: expected lines such as 1 and the output of openssl rand -hex 32")
        }
        return keys
    }

    private static func epoch(_ word: ArraySlice<UInt8>) -> UInt8? {
        guard word.count <= 3, word.count == 1 || word.first != UInt8(ascii: "0") else { return nil }
        var number = 0
        for byte in word {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return UInt8(exactly: number)
    }

    private static func secret(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        guard word.count == 64 else { return nil }
        var secret: [UInt8] = []
        var high: UInt8?
        for byte in word {
            guard let digit = digit(byte) else { return nil }
            if let first = high.take() { secret.append(first << 4 | digit) } else { high = digit }
        }
        return secret
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
