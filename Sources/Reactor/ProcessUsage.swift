import Glibc

/// What the process takes of the machine.
public struct ProcessUsage: Sendable {
    /// Time of the processor in nanoseconds, the kernel's for it included.
    public let processorNanoseconds: Int
    /// Memory that is resident.
    public let residentBytes: Int
    /// Memory that is mapped.
    public let virtualBytes: Int
    /// Descriptors that are open.
    public let descriptors: Int
    /// Descriptors that may be.
    public let descriptorsMax: Int

    /// Asks the kernel.
    public init() {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        processorNanoseconds = Self.nanoseconds(usage.ru_utime) + Self.nanoseconds(usage.ru_stime)
        let pages = Self.memoryPages()
        let pageBytes = sysconf(Int32(_SC_PAGESIZE))
        virtualBytes = pages.mapped * pageBytes
        residentBytes = pages.resident * pageBytes
        descriptors = ProcessLimits.openDescriptorCount()
        descriptorsMax = ProcessLimits.descriptorsMax()
    }

    private static func nanoseconds(_ time: timeval) -> Int {
        time.tv_sec * 1_000_000_000 + Int(time.tv_usec) * 1_000
    }

    /// The first two numbers of /proc/self/statm (proc(5)).
    private static func memoryPages() -> (mapped: Int, resident: Int) {
        let number = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return (0, 0) }
        let file = Descriptor(taking: number)
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(file.number, &bytes, bytes.count)
        let words = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        let numbers = words.prefix(2).map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
    }
}
