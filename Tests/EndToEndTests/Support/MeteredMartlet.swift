import Foundation

/// Martlet with metrics at a port of the kernel's choice, and a control socket.
struct MeteredMartlet {
    let control: ControlledMartlet
    /// Where metrics are told.
    let metrics: Endpoint

    var martlet: MartletProcess { control.martlet }

    /// Runs a configuration with `metrics:` added to it.
    init(_ text: EdgeText, in folder: TemporaryFolder? = nil) throws {
        var text = text
        text.settings.append("metrics: 127.0.0.1:0")
        control = try ControlledMartlet(text, in: folder)
        metrics = try Self.metrics(of: control.martlet)
    }

    /// Where a process has said that metrics are told.
    static func metrics(of martlet: MartletProcess) throws -> Endpoint {
        try martlet.process.errors.wait { lines in
            lines.lazy.compactMap { line in
                line.range(of: " metrics: ").flatMap { Endpoint(line[$0.upperBound...]) }
            }.first
        }
    }

    /// Asks for a path, as Prometheus does or as a person.
    static func get(_ target: String, at endpoint: Endpoint, accept: String = "*/*") throws -> WireMessage {
        try RawClient(endpoint).get(target, fields: "Accept: \(accept)\r\nConnection: close\r\n")
    }

    func get(_ target: String, accept: String = "*/*") throws -> WireMessage {
        try Self.get(target, at: metrics, accept: accept)
    }

    /// The samples of a scrape, by their names with labels.
    func samples() throws -> [String: Double] {
        let lines = try get("/metrics").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: lines.compactMap { line -> (String, Double)? in
                guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
                    return nil
                }
                return (String(line[..<blank]), value)
            })
    }
}
