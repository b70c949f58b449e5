import Foundation
import Testing

/// The figures that a document of the repository gives are those of the repository.
@Suite("Figures")
struct FigureTests {
    private static let url = Repository.root.appendingPathComponent("Sources/Forwarding/Forwarding.docc/Figures.md")

    @Test("the page says what is counted, but for a twentieth (MARTLET_RECORD=1 writes it)")
    func page() throws {
        let counted = try FigurePage.counted.get().text
        if ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1" {
            try counted.write(to: Self.url, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.url, encoding: .utf8)
        let number = #/\d+(?:\.\d+)?/#
        #expect(written.replacing(number, with: "#") == counted.replacing(number, with: "#"))
        for (line, (old, new)) in zip(written.split(separator: "\n"), counted.split(separator: "\n")).enumerated() {
            let pairs = zip(old.matches(of: number), new.matches(of: number)).map {
                (Double($0.output) ?? 0, Double($1.output) ?? 0)
            }
            #expect(pairs.allSatisfy { abs($0 - $1) <= max(0.02, $1 / 20) }, "line \(line): \(old) is \(new)")
        }
    }

    @Test("no type of Forwarding has more than 15 stored properties but those on the list, and the list has no others")
    func largeTypes() throws {
        #expect(try FigurePage.counted.get().largeTypes == Set(Exceptions.largeTypes.keys))
    }

    @Test("stored properties are told from computed ones")
    func properties() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = """
            final class Outer {
                static let none = 1
                private let a: Int, b: [String: Int]
                private(set) var isOpen = false
                var watched: Bool {
                    didSet { print(watched) }
                }
                var computed: Int { a }
                var long: Int {
                    a
                }
                let made: Int = { 1 }()
                struct Inner {
                    let x, y: Int
                }
                func work() {
                    let local = 1
                    var other = true
                }
            }
            extension Outer {
                var more: Bool { true }
            }
            """
        try source.write(to: folder.appendingPathComponent("Outer.swift"), atomically: true, encoding: .utf8)
        let types = StoredProperties(in: try SourceFile(path: "Outer.swift", root: folder)).types
        #expect(
            types == [
                StoredProperties.TypeCount(name: "Outer", count: 5, flags: 2),
                StoredProperties.TypeCount(name: "Outer.Inner", count: 2, flags: 0),
            ])
    }
}
