import Bytes
import HTTP
import TestSupport
import Testing

@Suite("HTTPDate") struct HTTPDateTests {
    /// Sun, 22 Nov 2026 18:43:12 GMT
    private static let now = 1_795_372_992

    private func read(_ date: String, now: Int = now) -> Int? {
        HTTPDate.read(bytes(date).span, now: now)
    }

    private func written(_ seconds: Int) -> String? {
        HTTPTests.written(room: HTTPDate.bytes) { HTTPDate.write(seconds, to: &$0) }.map { text($0) }
    }

    @Test(
        "RFC 9110 5.6.7: a date has three forms",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Sun Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thursday, 01-Jan-70 00:00:00 GMT", 3_155_760_000),
            ("Thu Jan  1 00:00:00 1970", 0), ("Thu Jan 01 00:00:00 1970", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Mon, 01 Jan 1900 00:00:00 GMT", -2_208_988_800),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400), ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200), ("Mon, 01 Jan 0001 00:00:00 GMT", -62_135_596_800),
            ("Tue, 29 Feb 0000 00:00:00 GMT", -62_162_121_600), ("Wed, 01 Mar 0000 00:00:00 GMT", -62_162_035_200),
            ("Mon, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Wednesday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sat Nov  6 08:49:37 1994", 784_111_777),
        ])
    func forms(_ date: String, _ seconds: Int) {
        #expect(read(date) == seconds)
    }

    @Test("leap seconds are the seconds that follow them, and stand at the end of a day only")
    func leapSeconds() {
        #expect(read("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_800)
        #expect(read("Saturday, 31-Dec-16 23:59:60 GMT") == 1_483_228_800)
        #expect(read("Sat Dec 31 23:59:60 2016") == read("Sun, 01 Jan 2017 00:00:00 GMT"))
        #expect(read("Sat, 31 Dec 2016 23:59:61 GMT") == nil && read("Sat, 31 Dec 2016 22:59:60 GMT") == nil)
        #expect(read("Sat, 31 Dec 2016 23:58:60 GMT") == nil)
    }

    @Test(
        "RFC 9110 5.6.7: a year of two digits lies at most 50 years ahead",
        arguments: [
            ("76", 2076), ("77", 1977), ("94", 1994), ("00", 2000), ("26", 2026), ("27", 2027), ("75", 2075),
            ("99", 1999), ("70", 2070),
        ])
    func twoDigitYears(_ digits: String, _ year: Int) {
        #expect(read("Sunday, 01-Mar-\(digits) 00:00:00 GMT") == read("Sun, 01 Mar \(year) 00:00:00 GMT"))
    }

    @Test("the 50 years end at the second")
    func fiftyYears() {
        // 50 years ahead of Sun, 22 Nov 2026 18:43:12 GMT.
        #expect(read("Sunday, 22-Nov-76 18:43:12 GMT") == read("Sun, 22 Nov 2076 18:43:12 GMT"))
        #expect(read("Monday, 22-Nov-76 18:43:13 GMT") == read("Mon, 22 Nov 1976 18:43:13 GMT"))
        #expect(read("Tuesday, 23-Nov-76 00:00:00 GMT") == read("Tue, 23 Nov 1976 00:00:00 GMT"))
        #expect(read("Friday, 31-Dec-76 23:59:60 GMT") == read("Sat, 01 Jan 1977 00:00:00 GMT"))
        // In 2080 the latest year of 00 is 2100, which has no 29 February.
        let later = 3_471_292_800
        #expect(read("Sunday, 28-Feb-00 00:00:00 GMT", now: later) == read("Sun, 28 Feb 2100 00:00:00 GMT"))
        #expect(read("Monday, 29-Feb-00 00:00:00 GMT", now: later) == nil)
        #expect(read("Tuesday, 29-Feb-00 00:00:00 GMT") == read("Tue, 29 Feb 2000 00:00:00 GMT"))
        #expect(read("Tuesday, 01-Jan-20 00:00:00 GMT", now: 0) == read("Wed, 01 Jan 2020 00:00:00 GMT"))
        #expect(read("Tuesday, 01-Jan-21 00:00:00 GMT", now: 0) == read("Sat, 01 Jan 1921 00:00:00 GMT"))
    }

    /// What is no date, for one reason each.
    static let refused = [
        "", " ", "0", "-1", "1994", "Sun", "Sun,", "Sunday", "Sunday,", "784111777", "GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 32 Dec 1994 08:49:37 GMT",
        "Sun, 29 Feb 1994 08:49:37 GMT", "Sun, 30 Feb 2000 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 29 Feb 2100 08:49:37 GMT", "Sun, 31 Apr 1994 08:49:37 GMT", "Sun, 31 Jun 1994 08:49:37 GMT",
        "Sun, 31 Sep 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT; length=5", "sun, 06 Nov 1994 08:49:37 GMT",
        "SUN, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 NOV 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT", "Sun 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 19940 8:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 November 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sunday, 6-Nov-94 08:49:37 GMT", "Sunday, 06-Nov 94 08:49:37 GMT", "Sunday, 06 Nov-94 08:49:37 GMT",
        "Sunday 06-Nov-94 08:49:37 GMT", "Sonntag, 06-Nov-94 08:49:37 GMT", "Sunday, 31-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 1994", "Sun Nov 6 08:49:37 1994", "Sun Nov 006 08:49:37 1994",
        "Sun Nov  6 08:49:37 94", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  6 08:49:37 GMT 1994",
        "Sunday Nov  6 08:49:37 1994", "Sun Nov  0 08:49:37 1994", "Sun Nov 31 08:49:37 1994",
        "Sun, Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT, Sun",
    ]

    @Test("what is no date is none", arguments: refused)
    func noDates(_ date: String) {
        #expect(read(date) == nil)
    }

    @Test("a date with one byte changed or left out is another date or none, and never traps")
    func mutations() {
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ] {
            let source = bytes(date)
            for index in source.indices {
                #expect(HTTPDate.read(source.span.extracting(0..<index), now: Self.now) == nil)
                for byte in UInt8.min...UInt8.max {
                    var changed = source
                    changed[index] = byte
                    guard let seconds = HTTPDate.read(changed.span, now: Self.now) else { continue }
                    let names = text(changed).split { !$0.isLetter }
                    let isNamed = names.contains { Self.months.contains(String($0)) }
                    #expect(isNamed && Self.weekdays.contains(String(names[0].prefix(3))), "\(names): \(seconds)")
                }
            }
        }
    }

    private static let months: Set<String> = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays: Set<String> = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    @Test("what is written is read again, in every form")
    func roundTrip() throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<20_000 {
            let seconds = Int.random(in: 0..<253_402_300_800, using: &random)
            let date = try #require(written(seconds))
            #expect(read(date) == seconds)
            let parts = date.split(separator: " ")
            let day = parts[1].hasPrefix("0") ? " \(parts[1].dropFirst())" : String(parts[1])
            #expect(read("\(parts[0].dropLast()) \(parts[2]) \(day) \(parts[4]) \(parts[3])") == seconds)
            let short = "Friday, \(parts[1])-\(parts[2])-\(parts[3].suffix(2)) \(parts[4]) GMT"
            #expect(read(short, now: seconds) == seconds)
        }
    }
}
