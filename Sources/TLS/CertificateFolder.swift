import Glibc

/// A folder of certificates, one identity a file.
public enum CertificateFolder {
    /// Reads every `X.pem` and `X.crt` of a folder, with the key inside or in `X.key`; other files are left alone.
    ///
    /// The folder is not searched deeper. Files are read in the order of their names. Two certificates of the same
    /// algorithm for the same name are a fault of the later file. Blocks on the disk: never called on a worker.
    ///
    /// - Parameter path: the folder.
    /// - Returns: what can be used, and what is wrong with the rest.
    public static func load(path: String) -> (identities: [Identity], faults: [CertificateFault]) {
        let files: [CertificateFile]
        let probe: IdentityProbe
        do throws(CertificateFault) {
            files = try list(path)
            probe = try makeProbe(path)
        } catch {
            return ([], [error])
        }
        var identities: [Identity] = []
        var faults: [CertificateFault] = []
        for file in files {
            do throws(CertificateFault) {
                let identity = try file.load()
                try probe.check(identity)
                try refuseDoubled(identity, among: identities)
                identities.append(identity)
            } catch {
                faults.append(error)
            }
        }
        if files.isEmpty {
            faults.append(
                CertificateFault(
                    path: path, message: "no certificate in the folder: expected X.pem, or X.crt with X.key"))
        }
        return (identities, faults)
    }

    private static func makeProbe(_ path: String) throws(CertificateFault) -> IdentityProbe {
        do throws(TLSError) {
            return try IdentityProbe()
        } catch {
            throw CertificateFault(path: path, message: "OpenSSL cannot be started: \(error.words)")
        }
    }

    private static func refuseDoubled(_ identity: Identity, among others: [Identity]) throws(CertificateFault) {
        for other in others where other.algorithm == identity.algorithm {
            guard let name = identity.names.first(where: other.names.contains) else { continue }
            throw CertificateFault(
                path: identity.path,
                message: "holds a second \(identity.algorithm.rawValue) certificate for \(name) beside \(other.path); "
                    + "take one of the two away")
        }
    }

    private static func list(_ path: String) throws(CertificateFault) -> [CertificateFile] {
        guard let folder = unsafe opendir(path) else {
            throw CertificateFault(path: path, message: "cannot be opened: \(unsafe String(cString: strerror(errno)))")
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix("."), name.hasSuffix(".pem") || name.hasSuffix(".crt") { names.append(name) }
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return names.sorted().map { name in
            CertificateFile(path: prefix + name, keyPath: prefix + name.dropLast(4) + ".key")
        }
    }
}
