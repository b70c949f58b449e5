import Glibc
import Reactor

extension Server {
    /// Opens the control socket, which is its owner's alone.
    static func openControlSocket(_ path: String) throws -> ListeningSocket {
        guard let address = SocketAddress(unixPath: path) else {
            throw StartError(lines: ["error: control.socket: the path is too long for a socket: \(path)"])
        }
        do {
            return try ListeningSocket(address, mode: 0o600)
        } catch {
            let cure =
                error.code == EADDRINUSE
                ? "another process serves it, or a file is in its place: choose another path, or end that"
                : "its folder must be there and be writable"
            throw StartError(lines: ["error: control.socket: cannot listen on \(path) (\(error)); \(cure)"])
        }
    }
}
