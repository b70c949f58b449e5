import Foundation
import Testing

extension EndToEnd {
    /// What somebody does with a site from morning to evening, by Chromium; each page leaves a picture.
    @Suite("A browser's day")
    struct BrowserDayTests {
        /// Bytes of the file that is uploaded.
        private static let fileBytes = 2 << 30

        @Test("on a PHP site behind php-fpm: a lost pool's sessions go on at the other one", .timeLimit(.minutes(7)))
        func php() throws {
            let folder = try TemporaryFolder()
            try Day(at: DaySite.php(in: folder), in: folder).live()
        }

        @Test("on a Tomcat by AJP: a lost Tomcat's sessions begin anew at the other one", .timeLimit(.minutes(7)))
        func tomcat() throws {
            let folder = try TemporaryFolder()
            try Day(at: DaySite.tomcat(in: folder), in: folder).live()
        }

        /// Martlet before a site, ada's browser and bob's curl.
        private struct Day {
            let site: DaySite
            let folder: TemporaryFolder
            let control: ControlledMartlet
            let browser: Browser
            let curl: Curl

            init(at site: DaySite, in folder: TemporaryFolder) throws {
                self.site = site
                self.folder = folder
                let certificates = try Certificates.forShop(in: folder)
                for name in ["day.css", "day.js"] { try folder.write(DaySite.file(name), to: "static/\(name)") }
                try folder.write(DaySite.file("closed.html"), to: "closed.html")
                let lines =
                    [
                        "listeners: [ { address: \"127.0.0.1:0\", tls: { certificates: certs/ } } ]", "sites:",
                        "  - host: shop.example.com", "    paths: { /: shop, /static: { files: static } }",
                        "    pages: { 503: closed.html }", "balancers:", "  shop:",
                    ] + site.balancer.map { "    " + $0 } + [
                        "workers: 2", "log: { access: { format: json, path: access.log } }",
                        "control: { socket: control.sock }",
                    ]
                control = try ControlledMartlet(yaml: lines.joined(separator: "\n") + "\n", in: folder)
                browser = try Browser(at: control.martlet, trusting: certificates, in: folder)
                curl = try Curl(to: control.martlet, authority: certificates.authority)
            }

            func live() throws {
                defer { browser.close() }
                try browser.open("/chat")
                #expect(try browser.path() == "/login")
                try shoot("1-login")
                try logIn()
                let home = try #require(try browser.text(of: "member"))
                try chat()
                try follow()
                try upload()
                let heir = try loseMember(home)
                try closeSite()
                browser.close()
                #expect(try control.martlet.terminate() == .exited(0))
                try expectLog(home: home, heir: heir)
            }

            private func shoot(_ name: String) throws { try browser.shoot("\(site.name)-\(name)") }

            /// From the form to the page that only somebody gets.
            private func logIn() throws {
                #expect(try browser.text(of: "user") == "nobody")
                try browser.type("ada", into: "user")
                try browser.type("tea", into: "password")
                try browser.submit()
                #expect(try browser.path() == "/chat" && browser.text(of: "user") == "ada")
            }

            /// Ada says something, bob answers.
            private func chat() throws {
                try browser.type("good morning", into: "text")
                try browser.submit()
                #expect(try browser.items() == ["ada: good morning"])
                let answers = try curl.run([
                    Curl.Request(target: "/login", form: "user=bob&password=tea"),
                    Curl.Request(target: "/chat", form: "text=hello, ada"),
                ])
                #expect(answers.map(\.status) == [303, 303])
                try browser.open("/chat")
                try expectChat()
                try shoot("2-chat")
            }

            private func expectChat() throws {
                #expect(try browser.text(of: "user") == "ada")
                #expect(try browser.items() == ["ada: good morning", "bob: hello, ada"])
            }

            /// Each event is shown before the next one happens.
            private func follow() throws {
                try browser.open("/events")
                for (count, event) in ["bread is ready", "coffee is ready", "soup is ready"].enumerated() {
                    try site.events.write(event)
                    try browser.wait(until: "document.querySelectorAll('li').length === \(count + 1)")
                }
                try shoot("3-events")
                try site.events.write("end")
                try browser.wait(until: "document.querySelectorAll('li').length === 4")
                #expect(try browser.items()?.last == "end")
            }

            /// A form's file, whose bytes the site counts.
            private func upload() throws {
                try browser.open("/upload")
                try browser.choose(makeFile("holiday.raw", bytes: fileBytes), for: "file")
                try shoot("4-upload")
                try browser.submit(seconds: 300)
                #expect(try browser.text(of: "name") == "holiday.raw")
                #expect(try browser.text(of: "bytes") == "\(fileBytes)")
                try shoot("5-uploaded")
            }

            /// Makes a file of zeros that takes no place.
            private func makeFile(_ name: String, bytes: Int) throws -> String {
                let path = try folder.write("", to: name)
                let file = try #require(FileHandle(forWritingAtPath: path))
                try file.truncate(atOffset: UInt64(bytes))
                try file.close()
                return path
            }

            /// Ada's member is killed, and her next request goes to the other one.
            ///
            /// - Returns: who that is.
            private func loseMember(_ home: String) throws -> String {
                try site.crash(home)
                try browser.open("/chat")
                #expect(try browser.status() == 200)
                // Tomcat's sessions were each member's own.
                if !site.sharesSessions {
                    #expect(try browser.path() == "/login")
                    try logIn()
                }
                try expectChat()
                let heir = try #require(try browser.text(of: "member"))
                #expect(Set([home, heir]) == ["node1", "node2"])
                try shoot("6-failover")
                return heir
            }

            /// The site is closed for a while.
            private func closeSite() throws {
                #expect(
                    try control.text("maintenance", "shop.example.com", "on")
                        == "shop.example.com is closed for maintenance\n")
                try browser.open("/chat")
                #expect(try browser.status() == 503)
                #expect(try browser.text(of: "closed") == "Come again in a while.")
                try shoot("7-closed")
                #expect(try control.text("maintenance", "shop.example.com", "off") == "shop.example.com is open\n")
                try browser.open("/chat")
                #expect(try browser.status() == 200)
                try expectChat()
                try shoot("8-open")
            }

            /// The browser spoke HTTP/2, stayed where it was, moved once and was told of the closing once.
            private func expectLog(home: String, heir: String) throws {
                let entries = try JSONLines.objects(folder.read("access.log")).filter {
                    ($0["user_agent"] as? String)?.contains("Chrome") == true
                }
                #expect(entries.allSatisfy { $0["protocol"] as? String == "HTTP/2.0" })
                let members = entries.compactMap { $0["member"] as? String }.filter { !$0.isEmpty }
                #expect(members.split(whereSeparator: { $0 == heir }).map { Set($0) } == [[home]], "\(members)")
                let moves = entries.filter { $0["route_changed"] as? Bool == true }
                #expect(moves.map { $0["route_asked"] as? String } == [home])
                #expect(moves.map { $0["member"] as? String } == [heir])
                #expect(["member-tried", "member-in-error"].contains(moves.first?["route_reason"] as? String))
                let closed = entries.filter { $0["status"] as? Int == 503 }
                #expect(closed.map { $0["reason"] as? String } == ["maintenance"])
            }
        }
    }
}
