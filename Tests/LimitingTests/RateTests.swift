import Limiting
import Testing

@Suite("Rate", .tags(.limiting))
struct RateTests {
    @Test(
        "A rate is a number by a time, and written as it was read",
        arguments: [
            ("5/s", Rate(5, per: .second)), ("300/m", Rate(300, per: .minute)), ("1000/h", Rate(1_000, per: .hour)),
            ("2/d", Rate(2, per: .day)), ("1/s", Rate(1, per: .second)), ("1000000/d", Rate(1_000_000, per: .day)),
        ])
    func rates(_ text: String, _ rate: Rate) throws {
        #expect(try Rate.parse(text) == rate)
        #expect(rate.description == text)
        #expect(Rate(text) == rate)
    }

    @Test(
        "What others write for a rate is understood and refused, with what to write",
        arguments: [
            ("5r/s", "5/s"), ("30r/m", "30/m"), ("10/min", "10/m"), ("10 / minute", "10/m"), ("5/sec", "5/s"),
            ("1/1s", "1/s"), ("7/Hour", "7/h"), ("2/day", "2/d"), ("5/S", "5/s"),
        ])
    func meant(_ text: String, _ meant: String) {
        #expect(throws: RateError.noRate(found: text, meant: meant)) { try Rate.parse(text) }
    }

    @Test(
        "What is no rate is refused",
        arguments: [
            "", "5", "/", "5/", "/s", "s/5", "5/s/s", "5/w", "-5/s", "+5/s", "5.5/s", "1e3/s", "x/s", "٥/s", "5/10s",
            "5 s", "5/ms", "5000000r/s",
        ])
    func others(_ text: String) {
        #expect(throws: RateError.noRate(found: text, meant: nil)) { try Rate.parse(text) }
        #expect(Rate(text) == nil)
    }

    @Test("A number that is too small or too large is told as that", arguments: ["0/s", "1000001/s", "9\(Int.max)/d"])
    func counts(_ text: String) {
        #expect(throws: RateError.count(found: text)) { try Rate.parse(text) }
    }

    @Test("An error in words")
    func words() {
        #expect(
            RateError.noRate(found: "5r/s", meant: "5/s").description
                == "\"5r/s\" is no rate: expected a whole number by s, m, h or d, such as 5/s or 300/m; write 5/s")
        #expect(
            RateError.count(found: "0/s").description
                == "\"0/s\" has a number that no rate has: expected 1 to 1000000")
    }
}
