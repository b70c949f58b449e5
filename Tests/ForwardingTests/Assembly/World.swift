import Configuration
import Forwarding
import Limiting
import Model
import Reactor
import TLS

/// What an edge is made of, as a test wants it: what the outside says, what was read of it, and what is served.
struct World {
    private(set) var sources = Sources()
    private(set) var served: EdgeDraft?
    /// Milliseconds of the monotonic clock.
    var now: Int64 = 1_000

    /// The configuration's text, and what stands in it for members by their names.
    var members: [(name: String, value: String)] = [("node1", "http://one.test:80")]
    var affinity = ""
    var settings = ""
    var tls = "certificates: /certs"
    /// What names stand for; whoever is left out has no address.
    var addresses: [String: [String]] = ["one.test": ["192.0.2.1"]]
    /// What services stand for: a host, its port, priority, weight and address each; an empty one: nobody tells it.
    var services: [String: [Place]] = [:]
    /// Names for which nobody waits until they are answered.
    var givenUp: Set<String> = []
    /// What the folder holds: serial numbers by files' names; `nil`: a file that cannot be read.
    var certificates: [String: String?] = ["a.pem": "1A"]
    /// Whether the folder can be opened.
    var hasFolder = true
    /// The epochs in the file of keys; `nil`: it cannot be read.
    var epochs: [UInt8]? = [1]
    /// What the file of a member's secret holds; `nil`: it cannot be read.
    var secret: String? = "sesame"
    /// What the files of pages hold; `nil`: one cannot be read.
    var pages: [String: String?] = [:]
    /// What the file of addresses holds; `nil`: it cannot be read.
    var office: String? = "10.0.0.0/8"
    /// Further keys of the edge.
    var rules = ""
    /// What the file of users holds, a line each; `nil`: it cannot be read.
    var users: [String]? = ["ada"]
    /// A folder whose files are sent, which is there or not; `nil`: none is declared.
    var files: String?
    /// What `limits.connections` is lowered to.
    var connectionsMax = Int.max

    private var configuration: EdgeConfiguration {
        get throws {
            var lines = ["listeners: [{ address: 127.0.0.1:443, tls: { \(tls) } }]"]
            lines.append("sites: [{ paths: { /: shop\(filePath) } }]")
            lines += ["balancers:", "  shop:", "    members:"]
            lines += members.map { "      \($0.name): \($0.value)" }
            if !affinity.isEmpty { lines.append("    affinity: \(affinity)") }
            lines.append(settings)
            lines.append(rules)
            return try ConfigurationLoader(readCertificates: nil).load(
                text: lines.joined(separator: "\n"), file: "/martlet.yaml"
            ).edge
        }
    }

    /// A place of a service.
    struct Place {
        var host: String
        var port: UInt16 = 8_080
        var priority: UInt16 = 0
        var weight: UInt16 = 0
        var address = "192.0.2.1"
    }

    private func answer(for service: String) -> NameLookup.Answer {
        let places = (services[service] ?? []).map { place in
            NameLookup.Finding.Service(
                target: place.host, port: place.port, priority: place.priority, weight: place.weight,
                addresses: SocketAddress(host: place.address, port: place.port).map { [$0] } ?? [])
        }
        return places.isEmpty
            ? .failure(SocketAddress.ResolutionError(words: "nobody knows it"))
            : .success(NameLookup.Finding(services: places))
    }

    private var filePath: String { files.map { ", /static: { files: \"\($0)\" }" } ?? "" }

    private func gathering(_ order: Gathering.Order, _ configuration: EdgeConfiguration) -> Gathering {
        var answers: [NameLookup.Name: NameLookup.Answer] = [:]
        for case .host(let host, let port) in configuration.balancers.flatMap(\.members).map(\.address)
        where host.hasSuffix(".test") && !givenUp.contains(host) {
            let found = (addresses[host] ?? []).compactMap { SocketAddress(host: $0, port: UInt16(port)) }
            answers[NameLookup.Name(host: host, port: UInt16(port))] =
                found.isEmpty
                ? .failure(SocketAddress.ResolutionError(words: "nobody knows it"))
                : .success(NameLookup.Finding(addresses: found))
        }
        for case .service(let name) in configuration.balancers.flatMap(\.members).map(\.address) {
            answers[NameLookup.Name(service: name)] = answer(for: name)
        }
        let keys: Result<[TokenKey], TokenKeyFile.Fault> =
            epochs.map { .success($0.map(Stage.key)) } ?? .failure(TokenKeyFile.Fault(message: "line 1: no key"))
        let secret: Result<Secret, WholeFile.Fault> =
            secret.flatMap(Secret.init).map { .success($0) } ?? .failure(WholeFile.Fault(message: "is not a file"))
        let pages = pages.mapValues { page -> Result<[UInt8], WholeFile.Fault> in
            page.map { .success(Array($0.utf8)) } ?? .failure(WholeFile.Fault(message: "is not a file"))
        }
        var roots: [String: Result<FileRoot, SystemError>] = [:]
        if let files { roots[files] = Result { () throws(SystemError) in try FileRoot(path: files) } }
        let files = Gathering.Files(
            folders: ["/certs": folder], keys: ["/keys": keys], secrets: ["/ajp": secret], pages: pages,
            addressLists: ["/office.txt": officeList], passwords: ["/users": usersFile],
            roots: roots)
        let isRead = order == .configuration || order == .served
        return Gathering(order, configuration, files: isRead ? files : nil, answers: answers)
    }

    private var officeList: Result<[AddressRange], AddressListFile.Fault> {
        office.flatMap(AddressRange.init).map { .success([$0]) }
            ?? .failure(AddressListFile.Fault(lines: ["/office.txt:1: no range"]))
    }

    private var usersFile: Result<PasswordFile, WholeFile.Fault> {
        let lines = users?.map { "\($0):$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri\n" }
        return Result { () throws(WholeFile.Fault) in
            guard let lines else { throw WholeFile.Fault(message: "is not a file") }
            return try PasswordFile(Array(lines.joined().utf8))
        }
    }

    private var folder: Gathering.Folder {
        guard hasFolder else { return ([], [CertificateFault(path: "/certs", message: "cannot be opened")], []) }
        var (identities, faults): ([Identity], [CertificateFault]) = ([], [])
        for (file, serial) in certificates.sorted(by: { $0.key < $1.key }) {
            if let serial {
                identities.append(Self.identity("/certs/\(file)", serial: serial))
            } else {
                faults.append(CertificateFault(path: "/certs/\(file)", message: "no certificate in the file"))
            }
        }
        return (identities, faults, [])
    }

    private static func identity(_ path: String, serial: String) -> Identity {
        Identity(
            path: path, names: ["\(path.split(separator: "/").last ?? "").test"], algorithm: .ecdsa, serial: serial,
            notBefore: 0, notAfter: 2_000, certificates: [], key: [])
    }

    /// Reads everything and makes an edge of it, which is served then.
    ///
    /// - Returns: what changed; of the first one, what could not be read.
    @discardableResult
    mutating func reload(_ terms: Assembler.Terms? = nil) throws -> [Receipt.Change] {
        let terms = terms ?? (served == nil ? .first : .new)
        let configuration = try configuration
        now += 1_000
        sources.take(gathering(terms == .served ? .served : .configuration, configuration), at: now)
        return try serve(terms, configuration)
    }

    /// Looks names up again and makes an edge of what is known.
    @discardableResult
    mutating func lookUp() throws -> [Receipt.Change] {
        now += 1_000
        let configuration = try configuration
        sources.take(gathering(.names, configuration), at: now)
        return try serve(.served, configuration)
    }

    /// Takes what a process before was answered, and makes an edge of what is known.
    mutating func inherit(_ names: [LeftName]) throws {
        sources.take(names, at: now)
        _ = try serve(.served, try configuration)
    }

    /// Closes sites for maintenance, and opens all others.
    @discardableResult
    mutating func close(_ sites: Set<String>) throws -> [Receipt.Change] {
        let configuration = try configuration
        sources.close(sites)
        sources.take(gathering(.control, configuration), at: now)
        return try serve(.served, configuration)
    }

    private mutating func serve(
        _ terms: Assembler.Terms, _ declared: EdgeConfiguration
    ) throws -> [Receipt.Change] {
        var configuration = declared
        configuration.limits.connectionsMax = min(declared.limits.connectionsMax, connectionsMax)
        let assembler = Assembler(sources, after: served, now: now, wallSeconds: 1_000)
        let draft: EdgeDraft
        do throws(StartError) {
            draft = try assembler.draft(configuration, declared: declared, terms)
        } catch {
            sources.refuse(error.lines)
            throw error
        }
        if terms == .served { sources.settle(draft) } else { sources.accept(draft, at: now) }
        let old = served
        served = draft
        return old.map { draft.changes(since: $0, writing: { $0.flow }, listeners: ([], [])) } ?? draft.kept
    }
}

extension Receipt.Change {
    /// `member shop/node1 changed: 1 -> 2 (why)`.
    var line: String {
        let values = before == nil && after == nil ? "" : ": \(before ?? "none") -> \(after ?? "none")"
        return "\(kind.rawValue) \(name) \(event.rawValue)\(values)\(reason.map { " (\($0))" } ?? "")"
    }
}
