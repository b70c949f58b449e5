import Limiting
import Model

/// A configuration for which a ``RuleTable`` says what becomes of requests.
struct RuleEdge: Sendable {
    let name: String
    let yaml: String
    /// What is in the files of pages, by their paths.
    var pages: [String: String] = [:]
    /// What stands in files of addresses, by their paths.
    var lists: [String: [String]] = [:]

    /// A worker's bench that serves it.
    func stage(_ way: Way) throws -> Stage {
        try Stage(yaml: yaml, way: way, pages: pages, lists: lists.mapValues { $0.compactMap { AddressRange($0) } })
    }

    /// What tables call listeners. At `proxied` it is `proxy` that connects, and it names its client by the PROXY
    /// protocol.
    static let listeners: [String: ListenAddress] = [
        "tls": .ip(host: "127.0.0.1", port: 8443), "http": .ip(host: "127.0.0.1", port: 8000),
        "plain": .ip(host: "127.0.0.1", port: 8080), "gated": .ip(host: "127.0.0.1", port: 8081),
        "slow": .ip(host: "127.0.0.1", port: 8082), "proxied": .ip(host: "127.0.0.1", port: 8083),
        "unix": .unix(path: "/run/m.sock"),
    ]

    /// What tables call clients. Of all edges `proxy` is a trusted one.
    static let clients = [
        "stranger": "198.51.100.7", "other": "198.51.100.8", "inside": "10.1.2.3", "office": "203.0.113.5",
        "banned": "203.0.113.66", "proxy": "192.0.2.8", "v6": "2001:db8::7", "local": "unix:/run/m.sock",
    ]
}
