import Foundation
import Reactor

/// A temporary folder of one demo, which its user alone may enter: sockets by which it is asked, and curl's cookies.
struct DemoFolder {
    /// An absolute path.
    let path: String

    /// The control socket.
    var control: String { path + "/control" }
    /// The socket of the backends' switch.
    var backends: String { path + "/backends" }
    /// Where curl keeps cookies.
    var cookies: String { path + "/cookies" }

    /// Makes the folder.
    init() throws {
        let name = "martlet-demo." + String(UInt32.random(in: .min ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        do {
            // One that is there already is refused: it may be anybody's.
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EdgeProcess.failure(
                "error: \(path) cannot be made: \(error.localizedDescription); set TMPDIR to a folder of yours",
                code: ExitStatus.unavailable.rawValue)
        }
    }

    /// Opens the socket of the backends' switch.
    func listen() throws -> ListeningSocket {
        guard let address = SocketAddress(unixPath: backends) else {
            throw EdgeProcess.failure(
                "error: \(backends) is too long for a socket: set TMPDIR to a folder with a shorter path",
                code: ExitStatus.unavailable.rawValue)
        }
        do throws(SystemError) {
            return try ListeningSocket(address, mode: 0o600)
        } catch {
            throw EdgeProcess.failure(
                "error: cannot listen on \(address): \(error); set TMPDIR to a folder of yours",
                code: ExitStatus.unavailable.rawValue)
        }
    }

    /// Removes it with what is in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
