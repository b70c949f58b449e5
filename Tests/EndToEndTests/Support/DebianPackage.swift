import Foundation

/// The package that `deploy/package.sh` makes of what is built.
struct DebianPackage {
    /// The package, in the test's folder.
    let file: String
    private let folder: TemporaryFolder

    /// Makes one of the objects that the tests' binary is linked from; nothing is compiled.
    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        let script = Pages.root + "/deploy/package.sh"
        _ = try ChildProcess.run(
            "/bin/bash", [script, "--built", "--output", folder.path + "/package"], seconds: 400
        ).succeeded()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/package")
        guard let name = names.first(where: { $0.hasSuffix(".deb") }) else {
            throw HarnessError("deploy/package.sh makes no package: \(names)")
        }
        file = folder.path + "/package/" + name
    }

    /// A field of its control file.
    func field(_ name: String) throws -> String {
        try ChildProcess.run("/usr/bin/dpkg-deb", ["--field", file, name]).succeeded()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The folder with what is in it, unpacked anew.
    func unpacked(to name: String) throws -> String {
        let path = folder.path + "/" + name
        _ = try ChildProcess.run("/usr/bin/dpkg-deb", ["--raw-extract", file, path], seconds: 60).succeeded()
        return path
    }

    /// The same with another version.
    func packed(version: String) throws -> String {
        let path = try unpacked(to: "again")
        let control = try String(contentsOfFile: path + "/DEBIAN/control", encoding: .utf8)
        let lines = control.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("Version: ") ? "Version: \(version)" : String(line)
        }
        try lines.joined(separator: "\n").write(
            toFile: path + "/DEBIAN/control", atomically: false, encoding: .utf8)
        let result = folder.path + "/again.deb"
        _ = try ChildProcess.run(
            "/usr/bin/dpkg-deb", ["--root-owner-group", "-Zgzip", "-z1", "--build", path, result], seconds: 120
        ).succeeded()
        return result
    }
}
