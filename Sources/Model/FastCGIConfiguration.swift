/// How requests become calls of scripts, at a balancer with members of FastCGI.
public struct FastCGIConfiguration: Sendable, Equatable {
    /// What answers for a path that names no script.
    public enum Front: Sendable, Equatable {
        /// The script of a path below the root, which begins with a slash.
        case script(String)
        /// Nothing: it is not found.
        case off
    }

    /// The folder that scripts are in, as the member has it: absolute, without a slash at its end unless it is `/`.
    public var rootPath: String
    /// The script that answers for a folder, without a slash.
    public var index = "index.php"
    /// How the names of scripts end, with the dot.
    public var suffix = ".php"
    /// What answers for what is no script.
    public var front = Front.script("/index.php")
    /// What scripts are told beside the request, by names of ASCII letters, digits and `_`; it wins over what the
    /// request says.
    public var parameters: [String: String] = [:]
    /// Whether scripts do not get the request's Authorization.
    public var omitsAuthorization = false

    /// Makes a configuration of a root.
    public init(rootPath: String) {
        self.rootPath = rootPath
    }

    /// The keys of a balancer's `fastcgi`.
    public static let schema = Schema<FastCGIConfiguration>(
        "How requests become calls of scripts.", of: FastCGIConfiguration(rootPath: ""), others: .fastCGI,
        [
            Field(
                "root", \.rootPath, .text(.scriptFolder), "the folder that scripts are in, as the member has it",
                isRequired: true),
            Field("index", \.index, .text(.scriptName), "the script that answers for a path with a slash at its end"),
            Field("suffix", \.suffix, .text(.scriptSuffix), "how the names of scripts end; what follows is PATH_INFO"),
            Field(
                "front", \.front, .text(.frontScript),
                "the script that answers for every other path; off: it is not found (404)"),
            Field(
                "params", \.parameters, .texts(named: .gatewayName, .gatewayValue),
                "what scripts are told beside the request; it wins over what that says"),
            Field(
                "authorization", \.omitsAuthorization, .either("pass", "omit"),
                "whether scripts get the request's Authorization"),
        ])
}

extension FastCGIConfiguration.Front: LosslessStringConvertible {
    /// Reads a path, or `off`.
    public init(_ description: String) {
        self = description == "off" ? .off : .script(description)
    }

    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .script(let path): path
        case .off: "off"
        }
    }
}
