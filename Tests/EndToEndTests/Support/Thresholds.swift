import Foundation

/// Numbers that what is counted is held against, by case and measure: a file of this target's `Thresholds` folder.
///
/// `MARTLET_RECORD=1` writes what was counted in place of comparing it.
struct Thresholds {
    /// What a measure may be.
    struct Threshold: Codable, Equatable {
        /// What it was when it was recorded.
        let value: Double
        /// How far it may be from that.
        let tolerance: Double

        /// What there is to say of a number that was counted.
        func verdict(of counted: Double) -> Verdict {
            if counted > value + tolerance { return .above }
            return counted < value - tolerance ? .below : .within
        }
    }

    enum Verdict {
        case below
        case within
        case above
    }

    static let isRecording = ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1"

    let url: URL
    private(set) var byCase: [String: [String: Threshold]]

    /// Reads a file; where there is none to be recorded, it begins empty.
    init(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        url = tests.appendingPathComponent("Thresholds/\(name)")
        let exists = FileManager.default.fileExists(atPath: url.path)
        byCase =
            !exists && Self.isRecording
            ? [:] : try JSONDecoder().decode([String: [String: Threshold]].self, from: Data(contentsOf: url))
    }

    /// Writes the thresholds of one case anew, and leaves those of others.
    mutating func record(_ name: String, _ thresholds: [String: Threshold]) throws {
        byCase[name] = thresholds
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(byCase) + Data("\n".utf8)).write(to: url, options: .atomic)
    }
}
