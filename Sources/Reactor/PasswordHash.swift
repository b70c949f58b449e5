import Bytes
import CCrypt

/// A hash that a password can be held against: bcrypt, SHA-crypt or yescrypt, in the form of crypt(5).
///
/// What it costs to do so is bounded: whoever knows one name may have it done again and again.
public struct PasswordHash: Sendable, Hashable {
    /// What is wrong with a hash, in words that do not show it.
    public struct Fault: Error, Equatable {
        /// What was found, as the end of a sentence: `found Apache's MD5 ($apr1$)`.
        public let message: String
    }

    /// Bytes of a password at most, as bcrypt looks at the first 72 alone and libcrypt takes 512.
    public static let passwordBytesMax = 511
    /// The highest cost of bcrypt, each of which is twice the one before: 14 takes about a second.
    public static let costMax = 14
    /// The most rounds of SHA-crypt, which take about half a second; 5,000 are usual.
    public static let roundsMax = 1_000_000

    /// As it stands in a file, printable ASCII.
    private let text: String

    /// Takes a hash.
    public init(_ text: String) throws(Fault) {
        if let fault = Self.fault(in: text) { throw Fault(message: fault) }
        self.text = text
    }

    // MARK: - Passwords

    /// Whether it is the password's. Takes as long as the hash says, some 60 ms by default, wherever they differ.
    ///
    /// - Parameter password: without NUL; a longer one than ``passwordBytesMax`` is nobody's.
    public func matches(_ password: [UInt8]) -> Bool {
        guard password.count <= Self.passwordBytesMax, !password.contains(0) else { return false }
        let count = MemoryLayout<crypt_data>.size
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        // What was worked out on the way is not left behind.
        defer {
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe memory.deallocate()
        }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        var phrase = password.map { CChar(bitPattern: $0) } + [0]
        defer { for index in phrase.indices { phrase[index] = 0 } }
        let found = unsafe crypt_rn(phrase, text, memory.baseAddress, CInt(count))
        guard let found = unsafe found else { return false }
        return unsafe Self.equals(String(cString: found), text)
    }

    /// Compares in the same time wherever two texts differ.
    private static func equals(_ one: String, _ other: String) -> Bool {
        var difference: UInt8 = one.utf8.count == other.utf8.count ? 0 : 1
        for (byte, otherByte) in zip(one.utf8, other.utf8) { difference |= byte ^ otherByte }
        return difference == 0
    }

    // MARK: - The form

    /// What is wrong with a hash; `nil`: nothing.
    private static func fault(in text: String) -> String? {
        let bytes = Array(text.utf8)
        if text.hasPrefix("$2a$") || text.hasPrefix("$2b$") || text.hasPrefix("$2y$") { return faultInBcrypt(bytes) }
        if text.hasPrefix("$5$") { return faultInSHACrypt(text, hashBytes: 43) }
        if text.hasPrefix("$6$") { return faultInSHACrypt(text, hashBytes: 86) }
        if text.hasPrefix("$y$") { return faultInYescrypt(text) }
        if text.hasPrefix("$apr1$") { return "found Apache's MD5 ($apr1$)" }
        if text.hasPrefix("$1$") { return "found MD5 ($1$)" }
        if text.hasPrefix("{SHA}") || text.hasPrefix("{SSHA}") { return "found SHA-1 without rounds ({SHA})" }
        if text.hasPrefix("$") { return "found another one" }
        return bytes.count == 13 && bytes.allSatisfy(isOfHash)
            ? "found DES, or a password as it is" : "found a password as it is"
    }

    /// `$2y$10$`, 22 characters of salt and 31 of the hash.
    private static func faultInBcrypt(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 60, bytes[6] == UInt8(ascii: "$"), bytes[7...].allSatisfy(isOfHash),
            bytes[4...5].allSatisfy(isDigit)
        else { return "found a broken one of bcrypt" }
        let cost = Int(bytes[4] - 0x30) * 10 + Int(bytes[5] - 0x30)
        guard 4...costMax ~= cost else { return "found one of bcrypt whose cost is \(cost), beyond 4 to \(costMax)" }
        return nil
    }

    /// `$6$`, `rounds=5000$` or nothing, up to 16 characters of salt, `$` and the hash.
    private static func faultInSHACrypt(_ text: String, hashBytes: Int) -> String? {
        var parts = text.dropFirst(3).split(separator: "$", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].hasPrefix("rounds=") {
            let digits = parts.removeFirst().dropFirst(7)
            guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit), let rounds = Int(digits) else {
                return "found a broken one of SHA-crypt"
            }
            guard 1_000...roundsMax ~= rounds else {
                return "found one of SHA-crypt with \(rounds) rounds, beyond 1000 to \(roundsMax)"
            }
        }
        guard parts.count == 2, parts[0].utf8.count <= 16, parts[0].utf8.allSatisfy(isOfHash),
            parts[1].utf8.count == hashBytes, parts[1].utf8.allSatisfy(isOfHash)
        else { return "found a broken one of SHA-crypt" }
        return nil
    }

    /// `$y$`, the parameters, `$`, the salt, `$` and the hash.
    private static func faultInYescrypt(_ text: String) -> String? {
        let parts = text.dropFirst(3).split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, (1...86).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(isOfHash),
            parts[2].utf8.count == 43, parts[2].utf8.allSatisfy(isOfHash)
        else { return "found a broken one of yescrypt" }
        // The flavor, the logarithm of how many blocks, and their size: those of crypt_gensalt up to 64 MiB.
        guard ["j75", "j85", "j7T", "j8T", "j9T", "jAT", "jBT"].contains(parts[0]) else {
            return "found one of yescrypt that takes more memory than 64 MiB, or has other parameters"
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    private static func isOfHash(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
