import Forwarding
import Foundation
import TLS
import TestSupport
import Testing

/// Files as `htpasswd` writes them.
@Suite("Files of users")
struct PasswordFileTests {
    private static let hash = "$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri"

    private static let right: [(content: String, count: Int)] = [
        ("ada:\(hash)", 1), ("ada:\(hash)\n", 1), ("ada:\(hash)\r\nbob:\(hash)\r\n", 2),
        ("# users\n\n   \nada:\(hash) \t\n\n", 1), ("ada:\(hash):Ada Lovelace:ada@example.com", 1),
        ("ada lovelace:\(hash)\nadé:\(hash)", 2), ("\(String(repeating: "a", count: 255)):\(hash)", 1),
    ]

    @Test("a name, a colon and a hash on each line", arguments: right)
    func reads(content: String, count: Int) throws {
        let file = try PasswordFile(Array(content.utf8))
        #expect(file.count == count && file.description == (count == 1 ? "1 user" : "\(count) users"))
        #expect(file == (try PasswordFile(Array((content + "\n# more\n").utf8))))
        #expect(file != (try PasswordFile(Array((content + "\nzoe:\(Self.hash)").utf8))))
    }

    private static let wrong: [(content: String, words: String)] = [
        ("", "names nobody"), ("# ada:\(hash)\n", "names nobody"), ("ada", "line 1: expected a name, a colon"),
        ("\n:\(hash)", "line 2: expected a name, a colon"), ("a\u{1}:\(hash)", "line 1: expected a name, a colon"),
        ("\(String(repeating: "a", count: 256)):\(hash)", "line 1: expected a name, a colon"),
        ("ada:\(hash)\nbob:\(hash)\nada:\(hash)", "line 3: the name stands on a line before it too"),
        ("ada:", "line 1: expected a hash by bcrypt"),
        ("\nada:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/", "line 2: expected a hash by bcrypt ($2y$)"),
        ("ada:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "with `htpasswd -B`"), ("ada:topsecret", "with `htpasswd -B`"),
        ("ada:$2y$15$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri", "cost is 15"),
    ]

    @Test("what is wrong is told with its line, and neither name nor hash is", arguments: wrong)
    func refuses(content: String, words: String) {
        let fault = #expect(throws: WholeFile.Fault.self) { try PasswordFile(Array(content.utf8)) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        for secret in ["ada", "topsecret", "h9FWg", "5en6G", "nGiE"] {
            #expect(fault?.message.contains(secret) != true, "\(secret)")
        }
    }

    @Test("whatever stands there is read or refused")
    func fuzz() {
        var generator = SplitMix(seed: 102)
        let text = Array("ada:\(Self.hash)\n#x\nbob:\(Self.hash)\r\n".utf8)
        for _ in 0..<5_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(UInt8(ascii: ":"), at: place)
                default: bytes.remove(at: place)
                }
            }
            if let file = try? PasswordFile(bytes) { #expect(1...3 ~= file.count) }
        }
    }

    @Test("a file that anybody may read is refused, as one that is none")
    func permissions() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-users-\(UUID())")
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(throws: WholeFile.Fault.self) { try PasswordFile(file: url.path) }
        try Data("ada:\(Self.hash)\n".utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        let fault = #expect(throws: WholeFile.Fault.self) { try PasswordFile(file: url.path) }
        #expect(fault?.message.contains("chmod 640") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: url.path)
        #expect(try PasswordFile(file: url.path).count == 1)
    }
}
