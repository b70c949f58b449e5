import Foundation
import Testing

/// A page of Chromium that is told what a person would do with it, by its debugging protocol (`browser.py`).
final class Browser: Sendable {
    /// What a picture of the page is like.
    struct Picture: Decodable, Sendable {
        let width: Int
        let height: Int
        let colours: Int
    }

    private struct Answer<Value: Decodable>: Decodable {
        let value: Value?
        let error: String?
    }

    /// The page's size.
    static let (width, height) = (800, 600)

    private let process: ChildProcess
    /// Where the paths begin.
    private let base: String
    private let folder: TemporaryFolder
    /// How many commands were answered; the first answer is its version.
    private let answered = Monitor(1)

    /// Starts it for a Martlet that speaks TLS for shop.example.com; pictures and a profile get into the folder.
    init(at martlet: MartletProcess, trusting certificates: Certificates, in folder: TemporaryFolder) throws {
        base = "https://shop.example.com:\(martlet.tls.port)"
        self.folder = folder
        try folder.makeFolder("pictures")
        process = try PythonScript.start(
            "browser.py",
            ["\(Self.width),\(Self.height)", Tool.chromium.path()]
                + Chromium.arguments(trusting: certificates, in: folder))
        try process.output.wait(for: "Chrome")
    }

    /// Goes to a page and waits until it has loaded.
    func open(_ path: String) throws { try act(["open": base + path]) }

    /// Types into a field that has this name.
    func type(_ text: String, into name: String) throws { try act(["type": "[name=\(name)]", "text": text]) }

    /// Chooses a file for a field that has this name.
    func choose(_ file: String, for name: String) throws { try act(["choose": "[name=\(name)]", "file": file]) }

    /// Clicks the page's button and waits until the next page has loaded.
    ///
    /// - Parameter seconds: how long that may take.
    func submit(seconds: Double = 60) throws { try act(["submit": "button"], seconds: seconds) }

    /// Waits until an expression is true of the document.
    func wait(until expression: String) throws { try act(["wait": expression]) }

    /// The status of the page's answer.
    func status() throws -> Int? { try value("performance.getEntriesByType('navigation')[0].responseStatus") }

    /// Where it is.
    func path() throws -> String? { try value("location.pathname") }

    /// The text of the element that has this identifier.
    func text(of identifier: String) throws -> String? {
        try value("document.getElementById('\(identifier)')?.textContent")
    }

    /// The texts of the page's list.
    func items() throws -> [String]? {
        try value("[...document.querySelectorAll('li')].map((item) => item.textContent)")
    }

    /// Takes a picture of the page, keeps it with the test's results, and looks whether it is one of something.
    func shoot(_ name: String) throws {
        let file = "pictures/\(name).png"
        let picture: Picture? = try tell(["shoot": "\(folder.path)/\(file)"])
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(file)")))
        Attachment.record(bytes, named: "\(name).png")
        #expect(picture?.width == Self.width && picture?.height == Self.height, "\(name)")
        // Letters have grey edges; an empty page has one colour.
        #expect((picture?.colours ?? 0) > 50, "\(name)")
    }

    /// Ends it and waits for that, so that nobody writes to the folder any more.
    func close() {
        process.closeInput()
        _ = try? process.waitForEnd()
    }

    private func value<Value: Decodable>(_ expression: String) throws -> Value? { try tell(["value": expression]) }

    private func act(_ command: [String: String], seconds: Double = 60) throws {
        let _: String? = try tell(command, seconds: seconds)
    }

    private func tell<Value: Decodable>(_ command: [String: String], seconds: Double = 60) throws -> Value? {
        let line = String(decoding: try JSONEncoder().encode(command), as: UTF8.self)
        try process.write(line + "\n")
        let number = answered.withLock { number in
            number += 1
            return number - 1
        }
        let written = try process.output.wait(seconds: seconds) { $0.count > number ? $0[number] : nil }
        let answer = try JSONDecoder().decode(Answer<Value>.self, from: Data(written.utf8))
        if let error = answer.error { throw HarnessError("\(line): \(error)\n\(process.errors.text.suffix(2000))") }
        return answer.value
    }
}
