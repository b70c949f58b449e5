import Configuration
import Foundation
import TLS
import Testing

/// The configurations beside their expected outcome.
enum Golden {
    /// A configuration file of the corpus.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let expectedURL: URL

        var testDescription: String { name }
        /// What stands beside the configuration.
        var expected: String { (try? String(contentsOf: expectedURL, encoding: .utf8)) ?? "" }
    }

    /// The cases of a folder, in the order of their names.
    static func cases(in folder: String) -> [Case] {
        let folder = root.appendingPathComponent(folder)
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "yaml" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { file in
                Case(
                    name: file.lastPathComponent, bytes: (try? Array(Data(contentsOf: file))) ?? [],
                    expectedURL: file.deletingPathExtension().appendingPathExtension("expected"))
            }
    }

    /// Whether the run writes what it sees to the sources in place of comparing it: `MARTLET_RECORD=1 swift test …`.
    static let isRecording = ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1"

    private static var root: URL {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return isRecording ? sources : Bundle.module.resourceURL ?? sources
    }

    /// Folders of certificates that exist nowhere but here.
    @Sendable
    static func certificates(_ path: String) -> CertificateSurvey {
        let names: Set = ["localhost", "shop.example.com", "*.example.com"]
        switch path.split(separator: "/").last {
        case "certs": return CertificateSurvey(identityCount: 2, names: names, faults: [])
        case "broken-certs":
            let faults = [
                CertificateFault(path: path + "a.pem", message: "no private key in it and no a.key beside it"),
                CertificateFault(path: path + "b.crt", message: "the key is not that of the certificate"),
            ]
            return CertificateSurvey(identityCount: 1, names: ["localhost"], faults: faults)
        case "certbot":
            let message = "no private key: none in the file, and \(path)/fullchain.key cannot be opened"
            let fault = CertificateFault(path: path + "/fullchain.pem", message: message)
            return CertificateSurvey(identityCount: 0, names: [], faults: [fault])
        default:
            let fault = CertificateFault(path: path, message: "cannot be opened: No such file or directory")
            return CertificateSurvey(identityCount: 0, names: [], faults: [fault])
        }
    }

    /// A loader that knows the folders above, the files of the corpus and some variables.
    static let loader = loader(with: [:])

    /// The same where some files say something else.
    ///
    /// - Parameter others: what included files say, by their paths.
    static func loader(with others: [String: [UInt8]]) -> ConfigurationLoader {
        ConfigurationLoader(
            readCertificates: certificates, knowsProcessor: true, files: included(others), environment: { environment })
    }

    // MARK: - Included files

    /// What a case includes lies in a folder beside it, of whatever name; in messages and in `include` its path starts
    /// from the case. Cured cases have folders of their own.
    private static func included(_ others: [String: [UInt8]]) -> IncludedFiles {
        IncludedFiles(
            read: { path, bytesMax in
                guard let bytes = others[path] ?? included(path) else {
                    return .failure(WholeFile.Fault(message: "cannot be read: No such file or directory"))
                }
                return bytes.count <= bytesMax
                    ? .success(bytes) : .failure(WholeFile.Fault(message: "is larger than \(bytesMax / 1024) KiB"))
            },
            list: { folder in
                for url in urls(of: folder) {
                    if let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) {
                        return .names(names)
                    }
                }
                return .missing
            },
            resolve: { URL(fileURLWithPath: $0).standardizedFileURL.path })
    }

    /// An included file of the corpus.
    static func included(_ path: String) -> [UInt8]? {
        for url in urls(of: path) {
            if let data = try? Data(contentsOf: url) { return Array(data) }
        }
        return nil
    }

    private static func urls(of path: String) -> [URL] {
        let path = path.replacing("/etc/martlet/", with: "", maxReplacements: 1)
        guard !path.hasPrefix("/") else { return [] }
        return ["Broken", "Valid", "Cured"].map { root.appendingPathComponent($0).appendingPathComponent(path) }
    }

    /// The variables that cases name.
    private static let environment = [
        "PORT": "8443", "HOST": "shop.example.com", "APP": "http://10.0.0.11:8080", "WORKERS": "4", "CONNECT": "5s",
        "HEAD": "16KiB", "LEVEL": "off", "EMPTY": "", "SECRET": "kept-to-ourselves", "LINES": "8080\nworkers: 64",
        "WRONG": "neither-fish-nor-fowl", "ADDRESS": "127.0.0.1:8443", "METHOD": "leastconn", "NODE": "17",
        "SWITCH": "true",
    ]
}
