import Foundation

/// Chromium, as Debian has it, without a window.
enum Chromium {
    /// Opens a page of a Martlet that speaks TLS for shop.example.com.
    static func open(
        _ path: String, at martlet: MartletProcess, trusting certificates: Certificates, in folder: TemporaryFolder
    ) throws -> ChildProcess {
        try ChildProcess(
            Tool.chromium.path(),
            arguments(trusting: certificates, in: folder) + [
                "--remote-debugging-port=0", "https://shop.example.com:\(martlet.tls.port)\(path)",
            ])
    }

    /// What it is started with, wherever it goes: shop.example.com is this machine.
    static func arguments(trusting certificates: Certificates, in folder: TemporaryFolder) throws -> [String] {
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
            + ["--disable-background-networking", "--disable-component-update", "--disable-extensions"]
            + ["--no-proxy-server"]
            + ["--user-data-dir=\(folder.path)/profile", "--disk-cache-dir=\(folder.path)/cache"]
            + ["--ignore-certificate-errors-spki-list=\(try pin(certificates))"]
            + ["--host-resolver-rules=MAP shop.example.com 127.0.0.1"]
    }

    /// The hash of a certificate's public key, which Chromium takes as a reason to trust it.
    private static func pin(_ certificates: Certificates) throws -> String {
        let command = """
            openssl x509 -in certs/shop.pem -noout -pubkey | openssl pkey -pubin -outform der \
            | openssl dgst -sha256 -binary | openssl base64
            """
        let path = certificates.folder.path
        return try ChildProcess.run("/bin/sh", ["-c", command], folder: path).succeeded()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
