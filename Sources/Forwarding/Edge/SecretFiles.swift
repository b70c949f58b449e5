import Model
import TLS

extension MemberConfiguration {
    /// What is wrong with the file of its secret, in words that name the place in the configuration.
    ///
    /// - Parameter balancer: the name of its balancer.
    func words(on fault: WholeFile.Fault, balancer: String) -> String {
        self.fault(fault, balancer: balancer).description
    }

    fileprivate func fault(_ fault: WholeFile.Fault, balancer: String) -> FileFault {
        FileFault(
            keys: "balancers.\(balancer).members.\(name).secret-file",
            message: "\(secretPath ?? ""): \(fault.message)")
    }
}

extension Secret {
    /// Bytes of a file at most: more than the longest secret and the end of its line.
    private static let fileBytesMax = 1_024

    /// Reads the secret that a file has on its only line. Blocks on the disk.
    package init(file path: String) throws(WholeFile.Fault) {
        let bytes = try WholeFile.read(path, bytesMax: Self.fileBytesMax, isPrivate: true)
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard lines.count == 1 else {
            throw WholeFile.Fault(message: "expected one line, found \(lines.count)")
        }
        guard let secret = Secret(String(decoding: lines[0], as: UTF8.self)) else {
            throw WholeFile.Fault(message: "expected \(TextKind.secret.expected), found another one")
        }
        self = secret
    }
}

extension EdgeConfiguration {
    /// The files of members' secrets.
    var secretPaths: Set<String> { Set(balancers.flatMap(\.members).compactMap(\.secretPath)) }

    /// What is wrong with them. Blocks on the disk.
    var secretFileFaults: [FileFault] {
        balancers.flatMap { balancer in
            balancer.members.compactMap { member in
                guard let path = member.secretPath else { return nil }
                do throws(WholeFile.Fault) {
                    _ = try Secret(file: path)
                    return nil
                } catch {
                    return member.fault(error, balancer: balancer.name)
                }
            }
        }
    }
}
