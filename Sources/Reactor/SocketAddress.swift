import CLinux
import Glibc

/// An address that a stream socket can be bound or connected to: IPv4, IPv6 or a UNIX-domain path.
public struct SocketAddress: Sendable {
    /// Longest path of a UNIX-domain socket in bytes (`sun_path` less its closing NUL).
    public static let unixPathBytesMax = 107

    var storage: sockaddr_storage
    var length: socklen_t

    init(storage: sockaddr_storage, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    /// An IPv4 or IPv6 address written in digits, without brackets.
    ///
    /// - Returns: `nil` when `host` is not a numeric address.
    public init?(host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, host, &v4) == 1 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr = v4
            self.init(copying: address)
        } else if unsafe inet_pton(AF_INET6, host, &v6) == 1 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = v6
            self.init(copying: address)
        } else {
            return nil
        }
    }

    /// A UNIX-domain address.
    ///
    /// - Returns: `nil` when the path is empty, longer than ``unixPathBytesMax`` or has a NUL in it.
    public init?(unixPath: String) {
        guard !unixPath.isEmpty, unixPath.utf8.count <= Self.unixPathBytesMax, !unixPath.utf8.contains(0) else {
            return nil
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            for (offset, byte) in unixPath.utf8.enumerated() { unsafe path[offset] = byte }
        }
        self.init(copying: address)
        // As getsockname(2) gives it, the closing NUL included: a bound address equals the one that was asked for.
        length = socklen_t(MemoryLayout<sa_family_t>.size + unixPath.utf8.count + 1)
    }

    /// A UNIX-domain address without a file (unix(7), "abstract").
    ///
    /// - Parameter abstractName: the name behind an `@`, as tools write it, which stands for a NUL.
    /// - Returns: `nil` when it is nothing but that, or too long.
    init?(abstractName: String) {
        guard abstractName.utf8.count > 1, abstractName.utf8.count <= Self.unixPathBytesMax else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            for (offset, byte) in abstractName.utf8.enumerated().dropFirst() { unsafe path[offset] = byte }
        }
        self.init(copying: address)
        length = socklen_t(MemoryLayout<sa_family_t>.size + abstractName.utf8.count)
    }

    private init<Address>(copying address: Address) {
        storage = sockaddr_storage()
        length = socklen_t(MemoryLayout<Address>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe withUnsafeBytes(of: address) { source in unsafe target.copyMemory(from: source) }
        }
    }

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    public var family: Int32 { Int32(storage.ss_family) }

    /// Whether this is a UNIX-domain address.
    public var isUnix: Bool { family == AF_UNIX }

    /// Whether only this machine can be there (127.0.0.0/8 and ::1).
    public var isLoopback: Bool {
        guard let bits = mappedBits else { return false }
        return bits == 1 || bits >> 24 == 0xffff7f
    }

    /// The path of a UNIX-domain address; empty for others and for an unnamed peer.
    public var unixPath: String {
        guard isUnix else { return "" }
        return unsafe withUnsafeBytes(of: storage) { bytes in
            let path = unsafe bytes[2..<Int(max(length, 2))].prefix { $0 != 0 }
            return unsafe String(decoding: path, as: UTF8.self)
        }
    }

    /// The port; 0 for a UNIX-domain address.
    public var port: UInt16 {
        unsafe withUnsafeBytes(of: storage) { bytes in
            isUnix ? 0 : unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The address in digits, IPv4-mapped ones as IPv4; `unix` for a UNIX-domain address.
    public var host: String {
        guard !isUnix else { return "unix" }
        let isMapped = isMappedIPv4
        let offset = family == AF_INET ? 4 : isMapped ? 20 : 8
        var text = InlineArray<46, CChar>(repeating: 0)
        return unsafe withUnsafeMutableBytes(of: &text) { text in
            unsafe withUnsafeBytes(of: storage) { bytes in
                guard let base = bytes.baseAddress, let output = unsafe text.bindMemory(to: CChar.self).baseAddress
                else { return "" }
                unsafe inet_ntop(isMapped ? AF_INET : family, base + offset, output, socklen_t(text.count))
                return unsafe String(cString: output)
            }
        }
    }

    private var isMappedIPv4: Bool {
        guard family == AF_INET6 else { return false }
        return unsafe withUnsafeBytes(of: storage) { bytes in
            for offset in 8..<18 where unsafe bytes[offset] != 0 { return false }
            return unsafe bytes[18] == 0xff && bytes[19] == 0xff
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}

extension SocketAddress: Hashable {
    public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }

    private var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: storage) { bytes in unsafe Array(bytes[..<Int(length)]) }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// As it is written in a configuration: `127.0.0.1:80`, `[::1]:80`, `unix:/run/x.sock`.
    public var description: String {
        if isUnix { return "unix:\(unixPath)" }
        return family == AF_INET6 && !isMappedIPv4 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension SocketAddress {
    /// The address of ``mappedBits``, as IPv4 where it is mapped.
    public init(mappedBits bits: UInt128, port: UInt16) {
        if bits >> 32 == 0xffff {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr = in_addr(s_addr: UInt32(truncatingIfNeeded: bits).bigEndian)
            self.init(copying: address)
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            var bytes = bits.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { target in
                unsafe withUnsafeBytes(of: &bytes) { source in unsafe target.copyMemory(from: source) }
            }
            self.init(copying: address)
        }
    }

    /// The address as 128 bits in network order, IPv4 mapped into IPv6; `nil` for a UNIX-domain address.
    public var mappedBits: UInt128? {
        guard !isUnix else { return nil }
        return unsafe withUnsafeBytes(of: storage) { bytes in
            if family == AF_INET {
                return 0xffff << 32 | UInt128(unsafe UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self)))
            }
            let high = unsafe UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
            let low = unsafe UInt64(bigEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
            return UInt128(high) << 64 | UInt128(low)
        }
    }
}
