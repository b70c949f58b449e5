import Foundation
import Testing

extension Curl {
    /// Expects three events of a page one by one: the page learns of each when the one before it has come.
    ///
    /// - Parameter target: of the page; behind it stands the path of the FIFO whose lines are its events.
    func expectEvents(_ target: String) throws {
        let events = try Fifo("events", in: folder)
        let process = try start(target + events.path, ["--no-buffer"])
        for number in 0..<3 {
            try events.write("\(number)")
            try process.output.wait(for: "data: \(number)")
        }
        try events.write("end")
        #expect(try process.waitForEnd() == .exited(0), "\(process.errors.text)")
        #expect(process.output.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n")
    }
}
