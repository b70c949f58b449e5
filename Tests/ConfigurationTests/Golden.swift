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

    /// A loader that knows the folders above.
    static let loader = ConfigurationLoader(readCertificates: certificates, knowsProcessor: true)
}
