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

    /// Bytes of memory that are resident now. Allocates nothing.
    public static func residentBytesNow() -> Int {
        memoryPages().resident * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func nanoseconds(_ time: timeval) -> Int {
        time.tv_sec * 1_000_000_000 + Int(time.tv_usec) * 1_000
    }

    /// The first two numbers of /proc/self/statm (proc(5)).
    private static func memoryPages() -> (mapped: Int, resident: Int) {
        let number = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return (0, 0) }
        let file = Descriptor(taking: number)
        var bytes = InlineArray<64, UInt8>(repeating: 0)
        let count = unsafe read(file.number, &bytes, bytes.count)
        var numbers = (mapped: 0, resident: 0)
        var word = 0
        for index in 0..<max(0, count) where word < 2 {
            guard bytes[index] != UInt8(ascii: " ") else {
                word += 1
                continue
            }
            let digit = Int(bytes[index] &- UInt8(ascii: "0"))
            if word == 0 { numbers.mapped = numbers.mapped &* 10 &+ digit }
            if word == 1 { numbers.resident = numbers.resident &* 10 &+ digit }
        }
        return numbers
    }
}
