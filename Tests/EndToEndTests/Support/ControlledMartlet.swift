import Foundation

/// Martlet with a control socket, and the verbs that ask it.
struct ControlledMartlet {
    let martlet: MartletProcess
    let socket: String

    /// Runs a configuration with `control:` added to it.
    init(_ text: EdgeText, in folder: TemporaryFolder? = nil) throws {
        try self.init(yaml: Self.text(text), in: folder ?? TemporaryFolder())
    }

    /// Runs a configuration that declares `control.sock` in its folder.
    init(yaml: String, in folder: TemporaryFolder, environment: [String: String] = [:]) throws {
        martlet = try MartletProcess.run(yaml, in: folder, environment: environment)
        socket = folder.path + "/control.sock"
    }

    /// The configuration with its control socket.
    static func text(_ text: EdgeText) -> String {
        var text = text
        text.settings.append("control: { socket: control.sock }")
        return text.text
    }

    /// Runs a verb.
    func run(_ arguments: String...) throws -> Finished {
        try run(arguments: arguments)
    }

    /// Runs a verb.
    func run(arguments: [String]) throws -> Finished {
        try MartletProcess.command(arguments + ["--control", socket])
    }

    /// Runs a verb that succeeds, for people.
    func text(_ arguments: String...) throws -> String {
        try run(arguments: arguments).succeeded()
    }

    /// Runs a verb that succeeds, for scripts.
    func json(_ arguments: String...) throws -> [String: Any] {
        try json(arguments: arguments)
    }

    /// Runs a verb that succeeds, for scripts.
    func json(arguments: [String]) throws -> [String: Any] {
        try Self.json(arguments, socket: socket)
    }

    /// Runs a verb that succeeds, for scripts, at any control socket.
    static func json(_ arguments: [String], socket: String) throws -> [String: Any] {
        try JSONLines.object(MartletProcess.command(arguments + ["--json", "--control", socket]).succeeded())
    }

    /// A member of the balancer `shop`, as `status` tells it.
    func member(_ name: String) throws -> [String: Any] {
        let balancers = try json("status")["balancers"] as? [[String: Any]]
        let members = balancers?.first { $0["name"] as? String == "shop" }?["members"] as? [[String: Any]]
        guard let member = members?.first(where: { $0["name"] as? String == name }) else {
            throw HarnessError("status does not tell of \(name)")
        }
        return member
    }

    /// A connection to the control socket.
    func client() throws -> RawClient {
        try RawClient(.unix(path: socket))
    }
}
