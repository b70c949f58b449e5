import Foundation

/// What callgrind has written of a program that has ended (the profile format of its manual, version 1, with one
/// event and lines as positions).
struct CallgrindProfile {
    /// Instructions that functions took themselves, without those that they called, by the file they are in.
    private(set) var instructions: [String: Int] = [:]
    /// How often each function was called.
    private(set) var calls: [Function: Int] = [:]

    /// A function of the program or of a library.
    struct Function: Hashable {
        /// The path of the program or library, `???` for code that is in no file.
        let object: String
        /// The symbol, without the mark that callgrind gives to calls within calls of the same function.
        let name: String
    }

    /// Names that are written once and are a number from then on.
    private struct Names {
        private var byNumber: [Substring: String] = [:]

        /// Reads `(3) name`, or `(3)` for a name that was written before.
        mutating func name(_ text: Substring) throws -> String {
            guard text.first == "(", let end = text.firstIndex(of: ")") else { return String(text) }
            let number = text[...end]
            let rest = text[end...].dropFirst(2)
            if !rest.isEmpty { byNumber[number] = String(rest) }
            guard let name = byNumber[number] else { throw HarnessError("callgrind names no \(number)") }
            return name
        }
    }

    /// Reads a file's text.
    init(_ text: String) throws {
        var (objects, functions) = (Names(), Names())
        var (object, calledObject, called) = ("", String?.none, "")
        // The line behind `calls=` has what the called function took.
        var isOfCalled = false
        var total: Int?
        for line in text.split(separator: "\n") {
            let (key, value) = Self.pair(line)
            switch key {
            case "ob": object = try objects.name(value)
            case "fn": _ = try functions.name(value)
            case "cob": calledObject = try objects.name(value)
            case "cfn": called = try functions.name(value)
            case "calls":
                guard let count = value.split(separator: " ").first.flatMap({ Int($0) }) else {
                    throw HarnessError("callgrind wrote: \(line)")
                }
                calls[Function(object: calledObject ?? object, name: Self.plain(called)), default: 0] += count
                calledObject = nil
                isOfCalled = true
            case "events": guard value == " Ir" else { throw HarnessError("callgrind counted\(value)") }
            case "totals": total = Int(value.dropFirst())
            case "":
                guard let cost = line.split(separator: " ").last.flatMap({ Int($0) }) else {
                    throw HarnessError("callgrind wrote: \(line)")
                }
                if !isOfCalled { instructions[object, default: 0] += cost }
                isOfCalled = false
            default: break
            }
        }
        let sum = instructions.values.reduce(0, +)
        guard sum == total else { throw HarnessError("callgrind's total is \(total ?? 0), that of its lines \(sum)") }
    }

    /// Splits `key=value` and `key: value`; the key of a line of costs is empty.
    private static func pair(_ line: Substring) -> (key: Substring, value: Substring) {
        guard line.first?.isLetter == true, let end = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            return (line.first == "#" ? "#" : "", line)
        }
        return (line[..<end], line[end...].dropFirst())
    }

    private static func plain(_ name: String) -> String {
        name.firstMatch(of: #/^(.+)'\d+$/#).map { String($0.1) } ?? name
    }
}
