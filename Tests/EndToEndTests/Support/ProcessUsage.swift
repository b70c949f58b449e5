import Foundation

/// What the kernel says about a running process.
struct ProcessUsage: Sendable {
    /// Resident memory in bytes.
    let residentBytes: Int
    /// Open descriptors.
    let descriptors: Int
    /// Seconds of CPU used so far, all threads.
    let cpuSeconds: Double
    let threads: Int

    /// Reads `/proc` of a process.
    init(of identifier: pid_t) throws {
        let folder = "/proc/\(identifier)"
        let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
        residentBytes = try ProcessUsage.number("VmRSS:", in: status) * 1024
        threads = try ProcessUsage.number("Threads:", in: status)
        descriptors = try FileManager.default.contentsOfDirectory(atPath: folder + "/fd").count
        let stat = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
        // The name in parentheses may hold anything; what follows it starts with the third field.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw HarnessError("\(folder)/stat is not understood: \(stat)")
        }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func number(_ name: String, in status: String) throws -> Int {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let number = Int(line.drop { !$0.isNumber }.prefix { $0.isNumber })
        else { throw HarnessError("/proc has no \(name)") }
        return number
    }
}

extension MartletProcess {
    /// What the kernel says about it now.
    func usage() throws -> ProcessUsage {
        try ProcessUsage(of: process.identifier)
    }
}
