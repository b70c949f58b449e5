import Balancing
import Testing

@Suite("AgentReply", .tags(.balancing))
struct AgentReplyTests {
    private func read(_ text: String) -> AgentReply {
        let bytes = Array(text.utf8)
        return AgentReply(bytes.span)
    }

    @Test("each word of HAProxy's protocol, in any case")
    func words() {
        #expect(read("75%\n").sharePercent == 75)
        #expect(read("weight:75%").sharePercent == 75)
        #expect(read("0%").sharePercent == 0)
        #expect(read("maxconn:30\r\n").exchangesMax == 30)
        #expect(read("maxconn:0\n").exchangesBound == .max && read("maxconn:1\n").exchangesBound == 1)
        let administrations: [(String, AgentReply.Administration)] = [
            ("ready", .ready), ("Drain", .drain), ("MAINT", .maint),
        ]
        for (text, administration) in administrations {
            #expect(read(text).administration == administration && read(text).operation == nil)
        }
        let operations: [(String, AgentReply.Operation)] = [
            ("up", .up), ("DOWN", .down), ("Fail", .fail), ("stopped", .stopped),
        ]
        for (text, operation) in operations {
            #expect(read(text).operation == operation && read(text).administration == nil)
        }
    }

    @Test("several words, with blanks, tabs or commas between, and a description behind #")
    func several() {
        let reply = read("ready, 50%\tmaxconn:10 , down#disk is full, 75%\nup")
        #expect(reply.administration == .ready && reply.operation == .down)
        #expect(reply.sharePercent == 50 && reply.exchangesMax == 10)
        #expect(reply.description == "disk is full, 75%")
        #expect(reply.unknownCount == 0)
        #expect(read("down # \t disk is full ").description == "disk is full ")
    }

    @Test("of two words that speak of one thing the last one holds")
    func last() {
        let reply = read("up down maint ready 10% 20%")
        #expect(reply.operation == .down && reply.administration == .ready && reply.sharePercent == 20)
    }

    @Test("what is no word says nothing, and is counted", arguments: ["hello", "75", "-5%", "%", "maxconn:", "1.5%"])
    func unknown(text: String) {
        let reply = read(text + " drain")
        #expect(reply.unknownCount == 1 && reply.administration == .drain)
        #expect(reply.sharePercent == nil && reply.exchangesMax == nil && reply.operation == nil)
    }

    @Test("an empty line says nothing")
    func empty() {
        for text in ["", "\n", " , \t\r\n", "#"] { #expect(read(text) == read("")) }
    }

    @Test("numbers and descriptions of any length are kept within bounds")
    func bounds() {
        #expect(read("99999999999999999999999%").sharePercent == AgentReply.percentMax)
        #expect(read("maxconn:99999999999999999999999").exchangesMax == .max)
        #expect(read("down#" + String(repeating: "x", count: 5_000)).description.utf8.count == 128)
        #expect(read("down#a\u{1B}[0m\u{E9}").description == "a?[0m??")
        #expect(read(String(repeating: " ", count: 5_000) + "down").operation == nil)
    }

    @Test("each byte of a reply changed to any other, and each cut of it: read in range", .tags(.fuzz))
    func mutated() {
        let bytes = Array("ready 75% maxconn:30 down#x\n".utf8)
        for offset in bytes.indices {
            _ = AgentReply(bytes.span.extracting(0..<offset))
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[offset] = byte
                let reply = AgentReply(changed.span)
                #expect((0...AgentReply.percentMax).contains(reply.sharePercent ?? 0))
                #expect(reply.exchangesMax ?? 0 >= 0)
            }
        }
    }
}
