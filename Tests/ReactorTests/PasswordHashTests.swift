import Reactor
import TestSupport
import Testing

/// Passwords against hashes that other programs have made: `htpasswd -B` and `-5`, `openssl passwd`, crypt(3).
@Suite("Password hashes") struct PasswordHashTests {
    private static let accepted: [(hash: String, password: String)] = [
        ("$2y$04$D8NbX0ltKr8HRdbe4Vf3j.xQ8efWoJYJLSIuRPwX9YEXJnUGRMif2", "correct horse"),
        ("$2y$05$xScbmtxxEfC6Xj.jxQJ3huEEsixx.7if8WOilGu4uB2pK3JMZSWl2", "gehéim"),
        ("$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "secret"),
        ("$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "secret"),
        ("$2y$04$abcdefghijklmnopqrstuuR9tCjFsqsiJ.Pc2CEWuWexMSnQqQQTi", "wörd"),
        ("$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "secret"),
        ("$5$rounds=1000$saltsalt$eKLZU9t9OoPWrqOQsoTIKG0aYkZ5rGOoOQhiIvoSWX2", "secret"),
        ("$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.", "secret"),
        (
            "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1",
            "secret"
        ),
        (
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
            "secret"
        ),
        ("$y$j75$abcdefghijklmnopqrstu.$cQjAYfMwB51ACkjNBqV7OEAUemp/TRZgJmoQ3b5QsN8", "secret"),
        ("$y$j9T$abcdefghijklmnopqrstu.$7uryFExhLbAhrpK1WytVzeNObCUVaK3VoKccP3fJEIB", "secret"),
    ]

    @Test("a password is its hash's, and no other one is", arguments: accepted)
    func matches(hash: String, password: String) throws {
        let hash = try PasswordHash(hash)
        #expect(hash.matches(Array(password.utf8)))
        for other in [password + "x", String(password.dropLast()), "", password.uppercased()] {
            #expect(!hash.matches(Array(other.utf8)), "\(other)")
        }
        #expect(!hash.matches(Array(password.utf8) + [0]), "NUL is no end")
        #expect(!hash.matches([UInt8](repeating: 0x61, count: PasswordHash.passwordBytesMax + 1)))
    }

    @Test("a hash with another character is another one", arguments: accepted.prefix(1) + accepted.suffix(1))
    func changed(hash: String, password: String) throws {
        var bytes = Array(hash.utf8)
        bytes[bytes.count - 2] = bytes[bytes.count - 2] == 0x61 ? 0x62 : 0x61
        let other = try PasswordHash(String(decoding: bytes, as: UTF8.self))
        #expect(!other.matches(Array(password.utf8)))
    }

    private static let refused: [(hash: String, words: String)] = [
        ("", "a password as it is"), ("secret", "a password as it is"), ("abcdefghijklm", "DES"),
        ("$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/", "Apache's MD5"), ("$1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/", "MD5"),
        ("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "SHA-1"), ("{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "SHA-1"),
        ("$2x$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "another one"),
        ("$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIr", "broken one of bcrypt"),
        ("$2y$0x$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "broken one of bcrypt"),
        ("$2y$04$abcdefghijklmnopqrstu!2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "broken one of bcrypt"),
        ("$2y$15$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "cost is 15"),
        ("$2y$03$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "cost is 3"),
        ("$5$rounds=1000001$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "1000001 rounds"),
        ("$5$rounds=$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "broken one of SHA-crypt"),
        ("$5$saltsaltsaltsalts$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "broken one of SHA-crypt"),
        ("$6$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "broken one of SHA-crypt"),
        ("$5$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA", "broken one of SHA-crypt"),
        ("$y$jFT$abcdefghijklmnopqrstu.$7uryFExhLbAhrpK1WytVzeNObCUVaK3VoKccP3fJEIB", "yescrypt that takes more"),
        ("$y$j9T$$7uryFExhLbAhrpK1WytVzeNObCUVaK3VoKccP3fJEIB", "broken one of yescrypt"),
        ("$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D", "another one"),
    ]

    @Test("others are refused, in words that do not show them", arguments: refused)
    func refuses(hash: String, words: String) {
        let fault = #expect(throws: PasswordHash.Fault.self) { try PasswordHash(hash) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        if hash.utf8.count > 8 { #expect(fault?.message.contains(hash.suffix(8)) == false) }
    }

    @Test("whatever is cut off or changed is refused or understood, and never checked for long")
    func fuzz() {
        var generator = SplitMix(seed: 109)
        for (hash, _) in Self.accepted {
            for _ in 0..<200 {
                var bytes = Array(hash.utf8)
                let place = Int.random(in: bytes.indices, using: &generator)
                if Bool.random(using: &generator) {
                    bytes[place] = UInt8.random(in: 0...127, using: &generator)
                } else {
                    bytes.removeSubrange(place...)
                }
                let text = String(decoding: bytes, as: UTF8.self)
                guard (try? PasswordHash(text)) != nil else { continue }
                #expect(text.hasPrefix("$"))
            }
        }
    }
}
