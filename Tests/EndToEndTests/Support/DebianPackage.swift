import Foundation

/// The package that `deploy/package.sh` makes of what is built.
struct DebianPackage: Sendable {
    /// Where it is.
    let file: String

    private static let result = Result { try make() }

    /// The package, made once for all tests, of the objects that their binary is linked from: nothing is compiled.
    static func made() throws -> DebianPackage { try result.get() }

    private static func make() throws -> DebianPackage {
        let folder = Pages.root + "/.build/package-of-tests"
        try? FileManager.default.removeItem(atPath: folder)
        _ = try ChildProcess.run(
            "/bin/bash", [Pages.root + "/deploy/package.sh", "--built", "--output", folder], seconds: 400
        ).succeeded()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard let name = names.first(where: { $0.hasSuffix(".deb") }) else {
            throw HarnessError("deploy/package.sh makes no package: \(names)")
        }
        return DebianPackage(file: folder + "/" + name)
    }

    /// A field of its control file.
    func field(_ name: String) throws -> String {
        try ChildProcess.run("/usr/bin/dpkg-deb", ["--field", file, name]).succeeded()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What is in it, unpacked to a folder that is not there yet.
    func unpacked(to path: String) throws -> String {
        _ = try ChildProcess.run("/usr/bin/dpkg-deb", ["--raw-extract", file, path], seconds: 60).succeeded()
        return path
    }

    /// The same with another version, in the folder of a test.
    func packed(version: String, in folder: TemporaryFolder) throws -> String {
        let path = try unpacked(to: "\(folder.path)/\(version)")
        let control = try String(contentsOfFile: path + "/DEBIAN/control", encoding: .utf8)
        let changed = control.replacing(#/(?m)^Version: .*$/#, with: "Version: \(version)")
        try changed.write(toFile: path + "/DEBIAN/control", atomically: false, encoding: .utf8)
        let result = path + ".deb"
        _ = try ChildProcess.run(
            "/usr/bin/dpkg-deb", ["--root-owner-group", "-Zgzip", "-z1", "--build", path, result], seconds: 120
        ).succeeded()
        return result
    }
}
