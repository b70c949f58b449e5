import CLinux
import Glibc

extension SocketAddress {
    /// Why a host name has no address.
    public struct ResolutionError: Error, Sendable {
        /// The resolver's words.
        public let words: String
        /// Whether nobody has answered in time.
        public let isLate: Bool

        /// Describes an error.
        public init(words: String, isLate: Bool = false) {
            self.words = words
            self.isLate = isLate
        }
    }

    /// Finds the addresses of a host, in the order in which they should be tried (RFC 6724).
    ///
    /// Blocks on the network: never called on a worker.
    ///
    /// - Returns: at least one address.
    public static func resolve(host: String, port: UInt16) throws(ResolutionError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG
        if let literal = SocketAddress(host: host, port: port) { return [literal] }
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw ResolutionError(words: unsafe String(cString: gai_strerror(code))) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                var storage = sockaddr_storage()
                let length = unsafe entry.pointee.ai_addrlen
                unsafe withUnsafeMutableBytes(of: &storage) { target in
                    unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
                }
                addresses.append(SocketAddress(storage: storage, length: length))
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw ResolutionError(words: "no address") }
        return addresses
    }
}
