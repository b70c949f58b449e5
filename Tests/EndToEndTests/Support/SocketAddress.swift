import CLinux
import Foundation

/// Opens sockets at an endpoint; the one file that fills socket addresses.
enum SocketAddress {
    /// A socket that listens; with port 0 the kernel chooses one.
    static func listen(at endpoint: Endpoint, backlog: Int32 = 1024) throws -> (descriptor: Int32, endpoint: Endpoint) {
        let (descriptor, bound) = try bind(at: endpoint)
        guard Glibc.listen(descriptor, backlog) == 0 else {
            let code = errno
            close(descriptor)
            throw HarnessError("cannot listen at \(endpoint): errno \(code)")
        }
        return (descriptor, bound)
    }

    /// A socket that has the address and refuses connections.
    static func bind(at endpoint: Endpoint) throws -> (descriptor: Int32, endpoint: Endpoint) {
        let descriptor = try open(endpoint)
        var one: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard try unsafe withAddress(of: endpoint, { unsafe Glibc.bind(descriptor, $0, $1) == 0 }) else {
            let code = errno
            close(descriptor)
            throw HarnessError("cannot bind to \(endpoint): errno \(code)")
        }
        return (descriptor, try bound(descriptor, like: endpoint))
    }

    /// A socket connected to the endpoint.
    static func connect(to endpoint: Endpoint) throws -> Int32 {
        let descriptor = try open(endpoint)
        let isConnected = try unsafe withAddress(of: endpoint) { unsafe Glibc.connect(descriptor, $0, $1) == 0 }
        guard isConnected else {
            let code = errno
            close(descriptor)
            throw HarnessError("cannot connect to \(endpoint): errno \(code)")
        }
        return descriptor
    }

    /// A UDP socket that sends to the endpoint, from a port of its own.
    static func datagrams(to endpoint: Endpoint) throws -> (descriptor: Int32, endpoint: Endpoint) {
        let descriptor = try open(endpoint, SOCK_DGRAM)
        guard try unsafe withAddress(of: endpoint, { unsafe Glibc.connect(descriptor, $0, $1) == 0 }) else {
            let code = errno
            close(descriptor)
            throw HarnessError("cannot send to \(endpoint): errno \(code)")
        }
        return (descriptor, try bound(descriptor, like: endpoint))
    }

    private static func open(_ endpoint: Endpoint, _ type: __socket_type = SOCK_STREAM) throws -> Int32 {
        let family =
            switch endpoint {
            case .ipv4, .loopback: AF_INET
            case .ipv6: AF_INET6
            case .unix: AF_UNIX
            }
        let descriptor = socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HarnessError("socket: errno \(errno)") }
        if family != AF_UNIX, type == SOCK_STREAM {
            var one: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        }
        return descriptor
    }

    private static func bound(_ descriptor: Int32, like endpoint: Endpoint) throws -> Endpoint {
        if case .unix = endpoint { return endpoint }
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard status == 0 else { throw HarnessError("getsockname: errno \(errno)") }
        // Port and family sit at the same place in both internet families.
        let port = Int(UInt16(bigEndian: storage.sin6_port))
        if case .ipv6 = endpoint { return .ipv6(port: port) }
        if case .loopback(let number, _) = endpoint { return .loopback(number, port: port) }
        return .ipv4(port: port)
    }

    private static func withAddress<Result>(
        of endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) throws -> Result {
        switch endpoint {
        case .ipv4(let port): return try unsafe withAddress(of: .loopback(1, port: port), body)
        case .loopback(let number, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = (0x7f00_0000 | UInt32(number)).bigEndian
            return unsafe withGeneric(&address, body)
        case .ipv6(let port):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = UInt16(port).bigEndian
            address.sin6_addr = in6addr_loopback
            return unsafe withGeneric(&address, body)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
                throw HarnessError("\(path): too long for a UNIX-domain socket")
            }
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            return unsafe withGeneric(&address, body)
        }
    }

    private static func withGeneric<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
