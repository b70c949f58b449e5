import Foundation
import Testing

extension EndToEnd {
    /// Pages that clients get in a member's place, and sites that operators close for a while.
    @Suite("Pages and maintenance")
    struct MaintenanceTests {
        /// Before a member, with a page for 503.
        private func start(
            _ member: RecordingMember, in folder: TemporaryFolder, _ settings: String = ""
        ) throws -> ControlledMartlet {
            try "<p>closed".write(toFile: folder.path + "/503.html", atomically: true, encoding: .utf8)
            var text = EdgeText(member.endpoint)
            text.host = "shop.example.com"
            text.settings = ["pages: { 503: 503.html }"] + (settings.isEmpty ? [] : [settings])
            return try ControlledMartlet(text, in: folder)
        }

        @Test("control closes a site and opens it again, across a reload, and status shows it", .timeLimit(.minutes(1)))
        func control() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "served")
            defer { member.stop() }
            let control = try start(member, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get().text == "served")
            #expect(
                try control.text("maintenance", "shop.example.com", "on")
                    == "shop.example.com is closed for maintenance\n")
            try control.martlet.process.errors.wait(for: "site shop.example.com is closed for maintenance, by control")
            let closed = try client.get()
            #expect(closed.status == 503 && closed.text == "<p>closed" && closed["Cache-Control"] == "no-store")
            #expect(closed["Content-Type"] == "text/html; charset=utf-8")
            let status = try control.json("status")
            let sites = try #require(status["closed_sites"] as? [[String: Any]])
            #expect(sites.map { $0["host"] as? String } == ["shop.example.com"])
            #expect(status["generation"] as? Int == 1)
            #expect(try control.text("status").contains("\nclosed for maintenance: shop.example.com\n"))

            try control.martlet.reload()
            #expect(try client.get().status == 503)
            let again = try control.json("maintenance", "shop.example.com", "on")
            #expect(again["summary"] as? String == "nothing changed")
            #expect(try control.text("maintenance", "shop.example.com", "off") == "shop.example.com is open\n")
            #expect(try client.get().text == "served")
            #expect(try control.text("maintenance", "shop.example.com") == "shop.example.com is open\n")
        }

        @Test("a site that is not there, and one that is declared closed", .timeLimit(.minutes(1)))
        func refused() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "served")
            defer { member.stop() }
            let control = try start(member, in: folder, "maintenance: true")
            let unknown = try control.run("maintenance", "[::1]", "on")
            #expect(unknown.ending == .exited(65))
            #expect(unknown.errors.contains("there is no site \"[::1]\"; the sites are shop.example.com"))
            let declared = try control.run("maintenance", "shop.example.com", "off")
            #expect(declared.ending == .exited(65) && declared.errors.contains("maintenance is declared for it"))
            #expect(
                try control.text("maintenance", "shop.example.com", "status")
                    == "shop.example.com is closed for maintenance (configured)\n")
        }

        @Test("a page that vanishes is served on at a reload, and refuses a start", .timeLimit(.minutes(1)))
        func vanishing() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "served")
            defer { member.stop() }
            let control = try start(member, in: folder, "maintenance: true")
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get().text == "<p>closed")
            try "<p>newer".write(toFile: folder.path + "/503.html", atomically: true, encoding: .utf8)
            try control.martlet.reload()
            #expect(try client.get().text == "<p>newer")
            try FileManager.default.removeItem(atPath: folder.path + "/503.html")
            let reload = try control.run("reload")
            #expect(reload.text.contains("503.html"))
            #expect(try client.get().text == "<p>newer")
            let check = try MartletProcess.command(["check", control.martlet.configurationFile])
            #expect(check.ending == .exited(78) && check.errors.contains("pages.503: "))
        }
    }
}
