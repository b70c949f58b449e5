import Bytes

/// What a balancer with FastCGI members declares of their programs. Immutable; shared by all workers.
public final class GatewayRules: Sendable {
    /// The folder of the programs as the members see it, without a slash at its end.
    public let root: [UInt8]
    /// The program of a folder, as `index.php`.
    public let index: [UInt8]
    /// What programs' names end with, as `.php`.
    public let suffix: [UInt8]
    /// The program that answers what no other does, as `/index.php`; empty: none.
    public let front: [UInt8]
    /// Whether programs are told what the client has sent as `Authorization`.
    public let passesAuthorization: Bool
    /// Parameters that are the same for each request, as they are sent.
    let constants: [UInt8]
    /// Those that were declared, as they are sent. They come last, so that they win.
    let declared: [UInt8]

    /// Makes rules.
    ///
    /// - Parameters:
    ///   - root: an absolute path.
    ///   - index: a name without slash.
    ///   - suffix: bytes of a name, usually with a dot before them.
    ///   - front: a path from `root` on, which begins with a slash; empty: none.
    ///   - params: names and values that are sent as they are.
    public init(
        root: [UInt8], index: [UInt8], suffix: [UInt8], front: [UInt8], params: [(name: [UInt8], value: [UInt8])] = [],
        passesAuthorization: Bool = true
    ) {
        let root = root.last == UInt8(ascii: "/") ? Array(root.dropLast()) : root
        self.root = root
        self.index = index
        self.suffix = suffix
        self.front = front
        self.passesAuthorization = passesAuthorization
        constants = Self.encode(
            [
                ("GATEWAY_INTERFACE", Array("CGI/1.1".utf8)), ("SERVER_SOFTWARE", Array("Martlet".utf8)),
                ("DOCUMENT_ROOT", root), ("CONTEXT_DOCUMENT_ROOT", root), ("CONTEXT_PREFIX", []),
                // PHP as a CGI program runs nothing that does not seem to come by a redirect.
                ("REDIRECT_STATUS", Array("200".utf8)),
            ].map { (Array($0.0.utf8), $0.1) })
        declared = Self.encode(params)
    }

    /// Finds the program that a path asks for.
    ///
    /// Nobody knows whether a folder has an ``index``: the front program, if there is one, answers for folders too.
    ///
    /// - Parameter path: as the member gets it, still escaped, without its query.
    public func resolve(_ path: Span<UInt8>) -> CGIScript.Resolution {
        let suffix = self.suffix
        switch CGIScript.read(path, suffix: suffix.span) {
        case .refused: return .refused
        case .named(let end): return .found(CGIScript(source: .named, nameEnd: end))
        case .folder where front.isEmpty && !index.isEmpty:
            return .found(CGIScript(source: .index, nameEnd: path.count))
        case .folder, .file:
            if !front.isEmpty { return .found(CGIScript(source: .front, nameEnd: path.count)) }
        }
        return .missing
    }

    private static func encode(_ params: [(name: [UInt8], value: [UInt8])]) -> [UInt8] {
        let bytesMax = params.reduce(0) { $0 + 8 + $1.name.count + $1.value.count }
        return Array(capacity: bytesMax) { (output: inout OutputSpan<UInt8>) in
            var fits = true
            for (name, value) in params { output.putParam(name.span, value.span, &fits) }
            precondition(fits, "there is room for all of them")
        }
    }
}
