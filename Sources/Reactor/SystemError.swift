import Glibc

/// A failed system call: which one, why, and on what.
public struct SystemError: Error, Equatable, Sendable {
    /// The system call's name.
    public let call: StaticString
    /// The value of `errno`.
    public let code: Int32

    /// Describes a failure.
    public init(_ call: StaticString, code: Int32) {
        self.call = call
        self.code = code
    }

    /// Whether the process or the machine has run out of descriptors or memory, which is nobody else's fault.
    public var isExhaustion: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    /// Whether what was asked for is not there.
    public var isMissing: Bool { code == ENOENT }

    /// Whether no port of this machine is left from which the address can be connected to.
    public var isOutOfPorts: Bool { code == EADDRNOTAVAIL }

    /// Whether no descriptor is free, in the process or the whole system.
    public var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

    /// Describes the failure that `errno` holds now.
    static func last(_ call: StaticString) -> SystemError {
        SystemError(call, code: errno)
    }

    public static func == (left: SystemError, right: SystemError) -> Bool {
        left.code == right.code && left.call.description == right.call.description
    }
}

extension SystemError: CustomStringConvertible {
    public var description: String {
        "\(call): \(unsafe String(cString: strerror(code)))"
    }
}
