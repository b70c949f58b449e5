import Bytes
import HTTP
import Limiting
import Reactor
import TLS

/// Names with the hashes of their passwords, as `htpasswd` writes them. Immutable; shared by all workers.
package final class PasswordFile: Sendable {
    /// Bytes of a file at most: some 10,000 users.
    private static let fileBytesMax = 1 << 20
    /// Bytes of a name at most.
    package static let nameBytesMax = 255

    /// The hashes by their names.
    private let hashes: [[UInt8]: PasswordHash]
    /// Those that names are held against that nobody has.
    private let decoys: [PasswordHash]
    /// What is remembered of passwords is hashed under it: what was proven against another content, or by another
    /// process, is nobody's here.
    let key = SipKey.random()

    /// Lets nobody in.
    static let nobody = PasswordFile(hashes: [:])

    private init(hashes: [[UInt8]: PasswordHash]) {
        self.hashes = hashes
        decoys = hashes.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// Reads a file. Blocks on the disk.
    package convenience init(file path: String) throws(WholeFile.Fault) {
        try self.init(try WholeFile.read(path, bytesMax: Self.fileBytesMax, isPrivate: true))
    }

    /// Reads a file's content: `NAME:HASH` on each line, and further fields that are not looked at; lines that are
    /// empty or begin with `#` are passed over.
    ///
    /// - Throws: what is wrong, with the number of the line and without what stands there.
    package convenience init(_ content: [UInt8]) throws(WholeFile.Fault) {
        var hashes: [[UInt8]: PasswordHash] = [:]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var line = line
            while let last = line.last, last == 0x0D || last == 0x20 || last == 0x09 { line.removeLast() }
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let (name, hash) = try Self.user(line, number: index + 1)
            guard hashes.updateValue(hash, forKey: name) == nil else {
                throw WholeFile.Fault(message: "line \(index + 1): the name stands on a line before it too")
            }
        }
        // Most likely it is just being written: nobody shuts everybody out like this.
        guard !hashes.isEmpty else { throw WholeFile.Fault(message: "names nobody") }
        self.init(hashes: hashes)
    }

    private static func user(
        _ line: ArraySlice<UInt8>, number: Int
    ) throws(WholeFile.Fault) -> (name: [UInt8], hash: PasswordHash) {
        let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard fields.count > 1, 1...nameBytesMax ~= fields[0].count,
            fields[0].allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw WholeFile.Fault(message: "line \(number): expected a name, a colon and a hash") }
        do throws(PasswordHash.Fault) {
            return (Array(fields[0]), try PasswordHash(String(decoding: fields[1], as: UTF8.self)))
        } catch {
            throw WholeFile.Fault(
                message: """
                    line \(number): expected a hash by bcrypt ($2y$), SHA-crypt ($5$, $6$) or yescrypt ($y$), \
                    \(error.message): set the password anew with `htpasswd -B`
                    """)
        }
    }

    /// How many users there are.
    package var count: Int { hashes.count }

    /// What stands for a name and a password, and for nothing else, where it is remembered.
    func mark(of credentials: Span<UInt8>) -> UInt128 { SipHash.hash128(credentials, key: key) }

    /// What a password is to be held against: the name's hash or, for a name that nobody has, somebody else's, so that
    /// it takes as long.
    ///
    /// - Returns: the hash, and whether it is the name's; `nil`: there are no users.
    func hash(of name: [UInt8]) -> (hash: PasswordHash, isKnown: Bool)? {
        if let hash = hashes[name] { return (hash, true) }
        guard !decoys.isEmpty else { return nil }
        // The same one each time.
        let place = SipHash.hash64(name.span, key: key)
        return (decoys[Int(place % UInt64(decoys.count))], false)
    }
}

extension PasswordFile: Equatable {
    /// Whether both have the same users with the same hashes.
    package static func == (one: PasswordFile, other: PasswordFile) -> Bool { one.hashes == other.hashes }
}

extension PasswordFile: CustomStringConvertible {
    /// How many users there are: their names are shown nowhere.
    package var description: String { count == 1 ? "1 user" : "\(count) users" }
}
