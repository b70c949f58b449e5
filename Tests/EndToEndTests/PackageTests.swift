import Foundation
import Testing

extension EndToEnd {
    /// The Debian package, on a minimal Debian with systemd that has never seen a Swift toolchain.
    @Suite("Package")
    struct PackageTests {
        @Test("its binary carries Swift's runtime, and Debian's linter has nothing to say", .timeLimit(.minutes(10)))
        func content() throws {
            let package = try DebianPackage.made()
            let folder = try TemporaryFolder()
            let root = try package.unpacked(to: folder.path + "/root")
            let binary = root + "/usr/bin/martlet"
            let dynamic = try ChildProcess.run(Tool.readelf.path(), ["--dynamic", binary]).succeeded()
            let libraries = dynamic.matches(of: /Shared library: \[([^\]]+)\]/).map { String($0.1) }
            #expect(libraries.contains("libssl.so.3") && libraries.contains("libnghttp2.so.14"), "\(libraries)")
            #expect(!libraries.contains { $0.contains("wift") || $0.contains("Foundation") }, "\(libraries)")
            #expect(!dynamic.contains("RUNPATH") && !dynamic.contains("RPATH"))
            let sections = try ChildProcess.run(Tool.readelf.path(), ["--section-headers", "--wide", binary])
            #expect(!(try sections.succeeded()).contains(".debug_"))
            let depends = try package.field("Depends").split(separator: ", ").map { $0.prefix { $0 != " " } }
            #expect(Set(["libssl3", "libnghttp2-14", "libzstd1", "libisal2", "adduser"]).isSubset(of: depends))
            let linted = try ChildProcess.run(
                Tool.lintian.path(), ["--allow-root", "--fail-on", "error,warning", package.file], seconds: 120)
            #expect(linted.ending == .exited(0) && linted.text.isEmpty, "\(linted.text)\(linted.errors)")
            let page = try ChildProcess.run(
                "/bin/sh", ["-c", "gzip -dc '\(root)/usr/share/man/man1/martlet.1.gz'"]
            ).succeeded()
            let verbs = try MartletProcess.command(["--help"]).text.matches(of: /\n  ([a-z]+) {2,}/).map { $0.1 }
            #expect(verbs.count >= 13 && verbs.allSatisfy { page.contains("\n.SS \($0)\n") }, "\(verbs)")
        }

        @Test("the unit leaves a service hardly any rights: exposure 2.0 at most", .timeLimit(.minutes(1)))
        func exposure() throws {
            let unit = Pages.root + "/deploy/martlet.service"
            let rated = try ChildProcess.run(
                Tool.systemdAnalyze.path(),
                ["security", "--offline=true", "--no-pager", "--threshold=20", unit])
            #expect(rated.ending == .exited(0), "\(rated.text)")
        }

        @Test(
            "a page from the package to the first sticky answer, upgrades under load, and a purge",
            .timeLimit(.minutes(10)), arguments: Pages.onMachines())
        func machine(path: String) throws {
            let package = try DebianPackage.made()
            let folder = try TemporaryFolder()
            let page = try Pages.page(path)
            let stage = try MachineStage(page, package: package.file, in: folder)
            try stage.run(page)
            let life = PackageLife(machine: stage.machine, folder: folder)
            let version = try package.field("Version")
            try life.expectVersion(version)
            try life.expectRights()
            try life.expectFiles()
            // The page has left a file that is wrong: the process that serves goes on.
            let before = try life.process()
            let again = try package.packed(version: version + "+1", in: folder)
            let refused = try life.install(again)
            #expect(refused.contains("the old process goes on") && refused.contains("unknown key \"nonsense\""))
            #expect(try life.process() == before)
            try life.expectVersion(version + "+1")
            _ = try stage.machine.shell("sed -i '/^nonsense/d' /etc/martlet/martlet.yaml").succeeded()
            try life.useVariables()
            let unset = try life.install(package.packed(version: version + "+2", in: folder))
            #expect(unset.contains("the variable NODE1 is not set") && unset.contains("the old process goes on"))
            try life.setVariables()
            try life.upgradeUnderLoad(package.packed(version: version + "+3", in: folder))
            let after = try life.process()
            #expect(after != before)
            _ = try stage.machine.run("systemctl", "reload", "martlet").succeeded()
            try life.installWithoutSystemd(package.packed(version: version + "+4", in: folder))
            #expect(try life.process() == after)
            try life.expectVersion(version + "+4")
            try life.rotate()
            try life.stop()
            try life.purge()
            try life.installBesideAnother(package.packed(version: version + "+5", in: folder))
        }
    }
}

/// What a package goes through once it serves.
private struct PackageLife {
    let machine: Machine
    let folder: TemporaryFolder

    /// The service's process.
    func process() throws -> String {
        try machine.run("systemctl", "show", "martlet", "--property=MainPID").succeeded()
    }

    func expectVersion(_ version: String) throws {
        #expect(try machine.run("dpkg-query", "--show", "--showformat=${Version}", "martlet").succeeded() == version)
    }

    /// It is nobody but its user, has one capability, and what it needs is its own.
    func expectRights() throws {
        let text = try machine.shell(
            """
            pid=$(systemctl show martlet --property=MainPID --value)
            stat --format=%U /proc/$pid
            grep -e CapEff -e CapAmb -e NoNewPrivs -e '^Seccomp:' /proc/$pid/status | tr '\\t' ' '
            stat --format='%n %U:%G %a' /run/martlet /var/log/martlet /var/lib/martlet /etc/martlet/certs \
                /etc/martlet/certs/shop.example.com.pem
            """
        ).succeeded()
        #expect(
            text == """
                martlet
                CapEff: 0000000000000400
                CapAmb: 0000000000000400
                NoNewPrivs: 1
                Seccomp: 2
                /run/martlet martlet:martlet 750
                /var/log/martlet martlet:martlet 750
                /var/lib/martlet martlet:martlet 750
                /etc/martlet/certs root:martlet 750
                /etc/martlet/certs/shop.example.com.pem root:martlet 640

                """)
    }

    /// Installs a package where port 80 is another server's, and is told where the reason stands.
    func installBesideAnother(_ package: String) throws {
        let script = PythonScript.path("sticky_member.py")
        let other = try machine.start(beside: [Tool.python3.path(), "-B", "-u", script, "80", "other"])
        try other.output.wait(for: "listening")
        #expect(try install(package).contains("martlet: the service does not start"))
        let log = try machine.run("journalctl", "-q", "-u", "martlet", "-n", "5", "-o", "cat")
        #expect(try log.succeeded().contains("cannot listen on [::]:80: bind: Address already in use"))
    }

    /// Nothing of the package is changed but what the page has written.
    func expectFiles() throws {
        #expect(try machine.run("dpkg", "--verify", "martlet").text == "??5?????? c /etc/martlet/martlet.yaml\n")
    }

    /// Has the members' addresses come from the environment.
    func useVariables() throws {
        let words = [("127.0.0.1:8081", "${NODE1}"), ("127.0.0.1:8082", "127.0.0.1:${NODE2}")].map { address, word in
            "s|http://\(address)|\"http://\(word)\"|"
        }
        _ = try machine.run("sed", "-i", words.joined(separator: "; "), "/etc/martlet/martlet.yaml").succeeded()
    }

    /// Sets them, one in the package's file and one by the unit, among words that a shell would read otherwise.
    func setVariables() throws {
        try machine.write("NODE1=127.0.0.1:8081\nWORDS=$NODE1 `false`\n", to: "/etc/default/martlet")
        // Gone at the machine's end, as with `systemctl edit --runtime`.
        let unit = "[Service]\nEnvironment=NODE2=8082 \"WORDS=a 'b' \\\"c\\\" $$(false)\"\n"
        try machine.write(unit, to: "/run/systemd/system/martlet.service.d/variables.conf")
    }

    /// Installs a package as where systemd does not run: nothing is started, and nothing fails.
    func installWithoutSystemd(_ package: String) throws {
        try machine.copy(package, to: "/root/again.deb")
        let installed = try machine.run(
            "unshare", "--mount", "/bin/sh", "-e", "-c",
            "exec 2>&1; mount -t tmpfs tmpfs /run/systemd; apt-get install -q -y ./again.deb")
        #expect(!(try installed.succeeded()).contains("martlet: "))
    }

    /// Installs a package over the one that is there.
    func install(_ package: String) throws -> String {
        try machine.copy(package, to: "/root/again.deb")
        let finished = try machine.shell("exec 2>&1; apt-get install -q -y ./again.deb")
        return try finished.succeeded()
    }

    /// Upgrades while clients ask, each of whom gets his answer.
    func upgradeUnderLoad(_ package: String) throws {
        let load = try machine.start(
            beside: [Tool.python3.path(), "-u", "-B", PythonScript.path("load.py"), "--connect", "127.0.0.1:443"]
                + ["--ca", folder.path + "/authority/ca.pem", "--keep-alive", "2", "--fresh", "2"])
        try load.output.wait(for: "started")
        #expect(!(try install(package)).contains("the old process goes on"))
        let after = try requests(load)
        let end = Clock.now + 60
        while try requests(load) < after + 500 {
            guard Clock.now < end else { throw HarnessError("the new process answers too little: \(load.output.text)") }
        }
        try load.write("stop\n")
        _ = try load.waitForEnd(seconds: 60)
        let last = try JSONLines.object(load.output.lines.last ?? "")
        #expect((last["failures"] as? [[String: Any]])?.isEmpty == true, "\(last)")
    }

    private func requests(_ load: ChildProcess) throws -> Int {
        let before = load.output.bytes.count
        try load.write("mark\n")
        let line = try load.output.wait(for: "requests", after: before)
        return try JSONDecoder().decode([String: Int].self, from: Data(line.utf8))["requests"] ?? 0
    }

    /// Has logrotate turn the log over: the next line is in the new file, and no configuration was read.
    func rotate() throws {
        let generation = "martlet status --json | grep -o '\"generation\":[0-9]*'"
        let before = try machine.shell(generation).succeeded()
        _ = try machine.run("logrotate", "--force", "/etc/logrotate.d/martlet").succeeded()
        let look = "cd /var/log/martlet && test -s access.log.1 && stat --format='%U:%G %a' access.log"
        #expect(try machine.shell(look).succeeded() == "martlet:martlet 640\n")
        let end = Clock.now + 20
        while try machine.shell("test -s /var/log/martlet/access.log").ending != .exited(0) {
            guard Clock.now < end else { throw HarnessError("nothing comes to the new log") }
            _ = try machine.shell(
                beside: "curl -s http://shop.example.com/", environment: ["CURL_HOME": folder.path, "no_proxy": "*"],
                folder: folder.path
            ).succeeded()
        }
        #expect(try machine.shell(generation).succeeded() == before)
    }

    /// Stops the service: systemd lets go of the sockets, and nothing listens any more.
    func stop() throws {
        _ = try machine.run("systemctl", "stop", "martlet").succeeded()
        let asked = try machine.shell(
            beside: "curl -s http://shop.example.com/", environment: ["CURL_HOME": folder.path], folder: folder.path)
        // Nobody is there (curl(1), exit codes).
        #expect(asked.ending == .exited(7))
        _ = try machine.run("systemctl", "start", "martlet").succeeded()
    }

    /// Purges the package, after what ``setVariables()`` has put beside it; keys are left, and when they are gone,
    /// nothing is.
    func purge() throws {
        _ = try machine.run("rm", "-r", "/run/systemd/system/martlet.service.d").succeeded()
        _ = try machine.run("apt-get", "purge", "-q", "-y", "martlet").succeeded()
        let look = """
            find / -xdev '(' -name '*martlet*' -o -nouser -o -nogroup ')' -not -path '/proc/*' -not -path '/sys/*' \
                -not -path '/root/*.deb' -not -path '/etc/letsencrypt/*' | sort
            getent passwd martlet; getent group martlet; systemctl cat martlet 2>/dev/null; true
            """
        #expect(try machine.shell(look).succeeded() == "/etc/martlet\n")
        #expect(try machine.run("ls", "/etc/martlet/certs").succeeded() == "shop.example.com.pem\n")
    }
}
