import Foundation
import Reactor

/// The demo's backends, and the switch by which one is taken away and brought back, on a thread of their own.
///
/// The backends have their sessions in common, as a cluster's do: one goes on where another has ended.
final class DemoFarm {
    private static let threadName = "demo"

    private let loop: EventLoop
    private var sessions = DemoSessions()
    private var backends: [(name: String, server: DemoServer)] = []

    private init() throws(SystemError) {
        loop = try EventLoop()
    }

    /// Starts the backends, which serve until the process ends.
    ///
    /// - Parameters:
    ///   - backends: their names, which are their routes, and where they listen: at ports given by number, so that
    ///     these are theirs while they are away.
    ///   - lever: where the switch listens, which is for the demo's user alone.
    static func start(_ backends: [(name: String, socket: ListeningSocket)], switch lever: ListeningSocket) throws {
        _ = try OperatingSystemThread(name: threadName) {
            do throws(SystemError) {
                let farm = try DemoFarm()
                for (name, socket) in backends { try farm.add(name, on: socket) }
                let loop = farm.loop
                try DemoServer(on: lever, loop: loop) { farm.turn($0.path) }.start()
                loop.run(farm)
            } catch {
                FileHandle.standardError.write(Data("\(threadName): error: \(error)\n".utf8))
            }
        }
    }

    private func add(_ name: String, on socket: ListeningSocket) throws(SystemError) {
        let server = DemoServer(on: socket, loop: loop) { [unowned self] in page($0, by: name) }
        try server.start()
        backends.append((name, server))
    }

    private func page(_ request: DemoRequest, by name: String) -> DemoAnswer {
        let visit = sessions.visit(request.session, at: name)
        let page = DemoPages.page(request.path, route: name, visit: visit)
        let cookie = "Set-Cookie: JSESSIONID=\(visit.identifier); Path=/; HttpOnly\r\n"
        return DemoAnswer(
            status: page == nil ? "404 Not Found" : "200 OK",
            fields: "Cache-Control: no-store\r\n" + (visit.identifier == request.session ? "" : cookie),
            type: "text/html; charset=utf-8", content: page ?? "Not here.\n")
    }

    /// Does what the switch is asked: `/stop/NAME` takes a backend away, `/start` brings back who is away.
    private func turn(_ path: String) -> DemoAnswer {
        if path == "/start" { return DemoAnswer(content: bringBack()) }
        if let backend = backends.first(where: { path == "/stop/\($0.name)" }) {
            backend.server.stop()
            return DemoAnswer(content: "\(backend.name) is away\n")
        }
        let paths = (backends.map { "/stop/\($0.name)" } + ["/start"]).joined(separator: ", ")
        return DemoAnswer(status: "404 Not Found", content: "the paths are \(paths)\n")
    }

    private func bringBack() -> String {
        let away = backends.filter { !$0.server.isServing }
        guard !away.isEmpty else { return "nobody is away\n" }
        return away.map { backend in
            do throws(SystemError) {
                try backend.server.startAgain()
                return "\(backend.name) is back\n"
            } catch {
                return "\(backend.name) cannot come back: \(error)\n"
            }
        }.joined()
    }
}

extension DemoFarm: EventLoopDelegate {
    func onWake() {}

    func onTurnEnd() {}
}
