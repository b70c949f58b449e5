import Configuration

/// Does to the text of a configuration what a cure says, as somebody would who does not think.
struct Obedience {
    private var text: [Unicode.Scalar]
    private let place: Int

    /// Obeys a cure.
    ///
    /// - Parameters:
    ///   - edit: what is to be done.
    ///   - line: where, counted from 1.
    ///   - column: where, counted from 1.
    ///   - text: the configuration.
    /// - Returns: the configuration afterwards.
    static func obey(_ edit: Cure.Edit, line: Int, column: Int, in text: String) -> String {
        var obedience = Obedience(text, line: line, column: column)
        obedience.obey(edit)
        return String(String.UnicodeScalarView(obedience.text))
    }

    private init(_ text: String, line: Int, column: Int) {
        self.text = Array(text.unicodeScalars)
        if self.text.first == "\u{FEFF}" { self.text.removeFirst() }
        var (start, number) = (0, 1)
        while number < line, let end = self.text[start...].firstIndex(of: "\n") {
            (start, number) = (end + 1, number + 1)
        }
        place = min(start + column - 1, self.text.count)
    }

    private mutating func obey(_ edit: Cure.Edit) {
        switch edit {
        case .write(let yaml):
            var range = isKey(place) ? place..<entryEnd(ofKey: place) : place..<end(of: place)
            if let last = range.last, text[last] == "\n" { range = range.lowerBound..<last }
            let isTight = range.isEmpty && place > 0 && text[place - 1] == ":"
            text.replaceSubrange(range, with: ((isTight ? " " : "") + yaml).unicodeScalars)
        case .rename(let yaml): text.replaceSubrange(place..<end(of: place), with: yaml.unicodeScalars)
        case .takeAway: takeAway()
        case .add(let entry): add(entry)
        }
    }

    // MARK: - Pieces

    private func isBlank(_ offset: Int) -> Bool {
        offset >= text.count || " \n\r\t".unicodeScalars.contains(text[offset])
    }

    private func skippingBlanks(_ offset: Int) -> Int {
        var offset = offset
        while offset < text.count, isBlank(offset) { offset += 1 }
        return offset
    }

    /// Whether brackets are open in front of an offset.
    private func isInFlow(_ offset: Int) -> Bool {
        var (depth, index) = (0, 0)
        while index < offset {
            switch text[index] {
            case "\"" where isStart(index), "'" where isStart(index): index = end(of: index, inFlow: true) - 1
            case "#" where index == 0 || isBlank(index - 1):
                while index + 1 < offset, text[index + 1] != "\n" { index += 1 }
            case "{", "[": if depth > 0 || isStart(index) { depth += 1 }
            case "}", "]": depth = max(0, depth - 1)
            default: break
            }
            index += 1
        }
        return depth > 0
    }

    private func isStart(_ offset: Int) -> Bool {
        offset == 0 || isBlank(offset - 1) || "[{,".unicodeScalars.contains(text[offset - 1])
    }

    private func end(of start: Int) -> Int {
        end(of: start, inFlow: isInFlow(start))
    }

    /// Where a key, a text or what stands in brackets ends.
    private func end(of start: Int, inFlow isInFlow: Bool) -> Int {
        guard start < text.count else { return start }
        var index = start
        switch text[start] {
        case "\"", "'":
            let quote = text[start]
            index += 1
            while index < text.count,
                text[index] != quote || quote == "'" && index + 1 < text.count && text[index + 1] == "'"
            {
                index += text[index] == "\\" && quote == "\"" || text[index] == "'" && quote == "'" ? 2 : 1
            }
            return min(index + 1, text.count)
        case "{", "[":
            var depth = 0
            while index < text.count {
                switch text[index] {
                case "{", "[": depth += 1
                case "}", "]": depth -= 1
                case "\"" where isStart(index), "'" where isStart(index): index = end(of: index, inFlow: true) - 1
                default: break
                }
                index += 1
                if depth == 0 { return index }
            }
            return index
        case "!", "&":
            while !isBlank(index) { index += 1 }
            return end(of: skippingBlanks(index), inFlow: isInFlow)
        default:
            while index < text.count, text[index] != "\n", text[index] != "\r" {
                let scalar = text[index]
                if scalar == ":", isBlank(index + 1) { break }
                if scalar == "#", index > start, isBlank(index - 1) { break }
                if isInFlow, ",[]{}".unicodeScalars.contains(scalar) { break }
                index += 1
            }
            while index > start, isBlank(index - 1) { index -= 1 }
            return index
        }
    }

    private func isKey(_ start: Int) -> Bool {
        guard start < text.count, text[start] != "{", text[start] != "[" else { return false }
        let end = end(of: start)
        return end > start && end < text.count && text[end] == ":" && isBlank(end + 1)
            || isInFlow(start) && isPieceOfMapping(start)
    }

    /// Whether a piece in brackets has no colon and stands where a key does: `{ a:b }`.
    private func isPieceOfMapping(_ start: Int) -> Bool {
        var (depth, index) = (0, start - 1)
        while index >= 0 {
            switch text[index] {
            case "}", "]": depth += 1
            case "{" where depth == 0: return isSeparated(start)
            case "[" where depth == 0: return false
            case "{", "[": depth -= 1
            default: break
            }
            index -= 1
        }
        return false
    }

    private func isSeparated(_ start: Int) -> Bool {
        var index = start - 1
        while index >= 0, isBlank(index) { index -= 1 }
        return index >= 0 && (text[index] == "{" || text[index] == ",")
    }

    private func column(_ offset: Int) -> Int {
        offset - (text[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0)
    }

    /// Where an entry ends that starts with its key: in brackets behind its value, else with its last line.
    private func entryEnd(ofKey start: Int) -> Int {
        let key = end(of: start)
        guard key < text.count, text[key] == ":" else { return key }
        if isInFlow(start) {
            let value = skippingBlanks(key + 1)
            return value < text.count && ",}]".unicodeScalars.contains(text[value]) ? key + 1 : end(of: value)
        }
        return blockEnd(start)
    }

    /// Where the lines end that belong to what starts at an offset of a block.
    private func blockEnd(_ start: Int) -> Int {
        let indentation = column(start)
        var line = text[start...].firstIndex(of: "\n").map { $0 + 1 } ?? text.count
        while line < text.count {
            var first = line
            while first < text.count, text[first] == " " { first += 1 }
            let isEmpty = first >= text.count || text[first] == "\n" || text[first] == "\r"
            guard isEmpty || first - line > indentation else { break }
            line = text[line...].firstIndex(of: "\n").map { $0 + 1 } ?? text.count
        }
        return line
    }

    // MARK: - Edits

    /// The key whose value stands at the place; `nil` for a piece of a list.
    private var keyOfValue: Int? {
        var index = place - 1
        while index >= 0, isBlank(index) { index -= 1 }
        guard index >= 0, text[index] == ":" else { return nil }
        var start = index - 1
        if text[start] == "\"" || text[start] == "'" {
            let quote = text[start]
            start -= 1
            while start > 0, text[start] != quote { start -= 1 }
            return start
        }
        while start > 0, !"\n,{".unicodeScalars.contains(text[start - 1]),
            !(text[start - 1] == " " && start > 1 && "-?".unicodeScalars.contains(text[start - 2]))
        {
            start -= 1
        }
        return skippingBlanks(start)
    }

    private mutating func takeAway() {
        if isKey(place) {
            remove(place..<entryEnd(ofKey: place), isEntry: true)
        } else if let key = keyOfValue {
            remove(key..<entryEnd(ofKey: key), isEntry: true)
        } else {
            remove(place..<(isInFlow(place) ? end(of: place) : blockEnd(place)), isEntry: false)
        }
    }

    private mutating func remove(_ range: Range<Int>, isEntry: Bool) {
        guard isInFlow(range.lowerBound) else {
            let lineStart = range.lowerBound - column(range.lowerBound)
            let isFirst = text[lineStart..<range.lowerBound].contains("-")
            if isEntry, isFirst {
                // The dash stays, for the entry behind it.
                let next = skippingBlanks(range.upperBound)
                text.removeSubrange(
                    range
                        .lowerBound..<(next < text.count && column(next) == column(range.lowerBound)
                        ? next : range.upperBound))
            } else {
                text.removeSubrange(lineStart..<range.upperBound)
            }
            return
        }
        var (lower, upper) = (range.lowerBound, skippingBlanks(range.upperBound))
        if upper < text.count, text[upper] == "," {
            upper = skippingBlanks(upper + 1)
        } else {
            while lower > 0, isBlank(lower - 1) { lower -= 1 }
            if lower > 0, text[lower - 1] == "," { lower -= 1 }
        }
        text.removeSubrange(lower..<upper)
    }

    private mutating func add(_ entry: String) {
        if place < text.count, text[place] == "{" {
            let isEmpty = text[skippingBlanks(place + 1)] == "}"
            text.insert(contentsOf: " \(entry)\(isEmpty ? " " : ",")".unicodeScalars, at: place + 1)
            return
        }
        let start = isKey(place) ? place : keyOfValue ?? place
        let separator = isInFlow(start) ? ", " : "\n" + String(repeating: " ", count: column(start))
        text.insert(contentsOf: "\(entry)\(separator)".unicodeScalars, at: start)
    }
}
