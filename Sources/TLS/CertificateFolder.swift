import Glibc

/// A folder of certificates, one identity a file.
public enum CertificateFolder {
    /// Reads every `X.pem` and `X.crt` of a folder, with the key inside or in `X.key`; other files are left alone.
    ///
    /// The folder is not searched deeper. Files are read in the order of their names. Blocks on the disk: never called
    /// on a worker.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - now: seconds since 1970, by which validity is judged.
    /// - Returns: what can be used, what is wrong with the rest, and what of the first is most likely not meant so.
    public static func load(
        path: String, now: Int = time(nil)
    ) -> (identities: [Identity], faults: [CertificateFault], warnings: [CertificateFault]) {
        let files: [CertificateFile]
        let probe: IdentityProbe
        do throws(CertificateFault) {
            files = try list(path)
            probe = try makeProbe(path)
        } catch {
            return ([], [error], [])
        }
        var identities: [Identity] = []
        var faults: [CertificateFault] = []
        var warnings: [CertificateFault] = []
        for file in files {
            do throws(CertificateFault) {
                let (identity, doubts) = try file.load(now: now)
                try probe.check(identity)
                identities.append(identity)
                warnings += doubts
            } catch {
                faults.append(error)
            }
        }
        if files.isEmpty {
            faults.append(
                CertificateFault(
                    path: path, message: "no certificate in the folder: expected X.pem, or X.crt with X.key"))
        }
        warnings += doubtAddresses(identities) + DoubledNames(among: identities, now: now).warnings
        return (identities, faults, warnings)
    }

    /// The files that ``load(path:now:)`` would read of a folder; some of the keys may not be there. Blocks on the
    /// disk.
    public static func filePaths(in path: String) -> [String] {
        do throws(CertificateFault) {
            return try list(path).flatMap { [$0.path, $0.keyPath] }
        } catch {
            return []
        }
    }

    /// A client that is given an address sends no name, and so gets the only identity there is or the default.
    private static func doubtAddresses(_ identities: [Identity]) -> [CertificateFault] {
        guard identities.contains(where: { !$0.names.isEmpty }) else { return [] }
        return identities.filter { $0.names.isEmpty && $0.hasOtherNames }.map { identity in
            CertificateFault(
                path: identity.path,
                message: "no DNS name among the subject alternative names: beside other certificates it is served to "
                    + "nobody, because clients send no address; put it into a folder and a listener of its own")
        }
    }

    private static func makeProbe(_ path: String) throws(CertificateFault) -> IdentityProbe {
        do throws(TLSError) {
            return try IdentityProbe()
        } catch {
            throw CertificateFault(path: path, message: "OpenSSL cannot be started: \(error.words)")
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
