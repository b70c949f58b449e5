import Foundation

/// Ports for the few programs that cannot take port 0 and say which one they got.
enum FreePort {
    private static let given = Monitor(Set<Int>())

    /// A port that nobody listens on, below the range from which the kernel gives ports to clients.
    static func choose() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 20000..<32000)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            if let (descriptor, _) = try? SocketAddress.listen(at: .ipv4(port: port)) {
                close(descriptor)
                return port
            }
        }
        throw HarnessError("no free port between 20000 and 32000")
    }
}
