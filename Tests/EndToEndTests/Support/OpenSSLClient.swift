import Foundation

/// `openssl s_client`, for what a handshake shows.
struct OpenSSLClient: Sendable {
    /// What a handshake came to.
    struct Handshake: Sendable {
        let text: String
        let errors: String

        /// The serial number of the certificate that was shown, nil if none was.
        let serial: Int?
        /// `TLSv1.3`, nil when the handshake failed.
        var version: String? { firstLine("New, ", "Reused, ")?.components(separatedBy: ", ")[1] }
        var isResumed: Bool { text.contains("\nReused, ") }
        var cipher: String? { firstLine("New, ", "Reused, ")?.components(separatedBy: "Cipher is ").last }
        /// The kind of the certificate's key, from the signature that the server made.
        var signatureType: String? { value("Peer signature type: ") }
        var applicationProtocol: String? { value("ALPN protocol: ") }
        var isComplete: Bool { version != nil && version != "(NONE)" }
        var isVerified: Bool { text.contains("Verify return code: 0 (ok)") || text.contains("Verification: OK") }

        private func value(_ name: String) -> String? {
            firstLine(name).map { String($0.dropFirst(name.count)) }
        }

        private func firstLine(_ prefixes: String...) -> String? {
            text.split(separator: "\n").map(String.init).first { line in prefixes.contains { line.hasPrefix($0) } }
        }
    }

    let endpoint: Endpoint
    let authority: String

    init(to martlet: MartletProcess, authority: String) {
        endpoint = martlet.tls
        self.authority = authority
    }

    /// Makes a handshake and one request, and waits for the server to close.
    ///
    /// - Parameters:
    ///   - name: the server name to send; nil for none.
    ///   - arguments: more of `s_client`'s own.
    func handshake(
        name: String? = "shop.example.com", _ arguments: [String] = [], host: String = "shop.example.com",
        target: String = "/"
    ) throws -> Handshake {
        let request = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        let finished = try ChildProcess.run(
            Tool.openssl.path(),
            ["s_client", "-connect", "\(endpoint)", "-CAfile", authority, "-ign_eof"]
                + (name.map { ["-servername", $0] } ?? ["-noservername"]) + arguments,
            input: request, seconds: 20)
        return Handshake(text: finished.text, errors: finished.errors, serial: try serial(in: finished.text))
    }

    /// The serial number of the first certificate in a text.
    private func serial(in text: String) throws -> Int? {
        guard let start = text.range(of: "-----BEGIN CERTIFICATE-----"),
            let end = text.range(of: "-----END CERTIFICATE-----")
        else { return nil }
        let pem = text[start.lowerBound..<end.upperBound] + "\n"
        let said = try ChildProcess.run(Tool.openssl.path(), ["x509", "-noout", "-serial"], input: String(pem))
        let digits = try said.succeeded().split(separator: "=").last?.prefix { $0.isHexDigit } ?? ""
        return Int(digits, radix: 16)
    }
}
