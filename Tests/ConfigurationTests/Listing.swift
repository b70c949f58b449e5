import Model

/// A value of the model as lines of text, one for each property that is not as it is where a file says nothing.
///
/// It goes by the properties and not by the schema, so that a key which is read into the wrong one shows.
enum Listing {
    /// Values of which only what no default stands for is given.
    private static let blanks: [ObjectIdentifier: any Sendable] = {
        let values: [any Sendable] = [
            EdgeConfiguration(listeners: [], sites: [], balancers: []),
            ListenerConfiguration(address: .unix(path: ""), protocols: []), TLSConfiguration(certificatesPath: ""),
            SiteConfiguration(host: .any, paths: []), SiteConfiguration.Path(prefix: "", balancer: ""),
            BalancerConfiguration(name: "", members: []), MemberConfiguration(name: "", address: .unix(path: "")),
            AccessLogConfiguration(), InsertedConfiguration(), SealedConfiguration(keyPath: ""),
            FastCGIConfiguration(rootPath: ""),
        ]
        return Dictionary(uniqueKeysWithValues: values.map { (ObjectIdentifier(type(of: $0)), $0) })
    }()

    /// The lines of a configuration.
    static func text(of edge: EdgeConfiguration) -> String {
        lines(edge, beside: nil, at: "").map { "\($0)\n" }.joined()
    }

    private static func lines(_ value: Any, beside blank: Any?, at path: String) -> [String] {
        let (value, blank) = (unwrapped(value), blank.flatMap(unwrapped))
        guard let value else { return blank == nil ? [] : ["\(path): nil"] }
        if let blank, String(reflecting: value) == String(reflecting: blank) { return [] }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .struct where !(value is any OptionSet || value is any BinaryInteger), .tuple:
            let all = properties(of: mirror, beside: blank ?? blanks[ObjectIdentifier(type(of: value))], at: path)
            return all.isEmpty ? ["\(path): as if left out"] : all
        case .enum:
            guard let payload = mirror.children.first else { break }
            let inner = Mirror(reflecting: payload.value).displayStyle
            guard inner == .struct || inner == .tuple else { break }
            return lines(payload.value, beside: nil, at: "\(path).\(payload.label ?? "")")
        case .collection:
            let elements = mirror.children.map(\.value)
            guard elements.contains(where: { Mirror(reflecting: $0).displayStyle == .struct && !($0 is String) }) else {
                break
            }
            return elements.enumerated().flatMap { lines($1, beside: nil, at: "\(path)[\($0)]") }
        case .dictionary:
            guard let pairs = value as? [String: String] else { break }
            return pairs.sorted { $0.key < $1.key }.map { "\(path)[\($0)]: \(String(reflecting: $1))" }
        default: break
        }
        return ["\(path): \(short(value))"]
    }

    private static func properties(of mirror: Mirror, beside blank: Any?, at path: String) -> [String] {
        let others = blank.map { Mirror(reflecting: $0) }
        return mirror.children.flatMap { name, value in
            let name = name ?? ""
            return lines(
                value, beside: others?.children.first { $0.label == name }?.value,
                at: path.isEmpty ? name : "\(path).\(name)")
        }
    }

    /// A value without the names of its rooms.
    private static func short(_ value: Any) -> String {
        let isSaid = value is any CustomStringConvertible && !(value is String)
        let text = isSaid ? "\(value)" : String(reflecting: value)
        return text.replacing("Model.", with: "").replacing("Balancing.", with: "")
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first?.value
    }
}
