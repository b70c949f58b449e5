import Foundation
import Reactor
import Testing

@Suite("Files of state")
struct StateFileTests {
    @Test("a file is replaced as a whole, for its owner alone")
    func replaced() throws {
        let folder = Folder()
        let path = folder.path + "/state"
        for text in ["first", "", String(repeating: "x", count: 300_000)] {
            try StateFile.write(Array(text.utf8), to: path)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state"])
    }

    @Test("where the draft is a link, or there is no folder, nothing is written")
    func refused() throws {
        let folder = Folder()
        let (path, other) = (folder.path + "/state", folder.path + "/other")
        try "old".write(toFile: other, atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: path + ".new", withDestinationPath: other)
        #expect(throws: SystemError.self) { try StateFile.write([1], to: path) }
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "old")
        #expect(throws: SystemError.self) { try StateFile.write([1], to: folder.path + "/none/state") }
    }
}
