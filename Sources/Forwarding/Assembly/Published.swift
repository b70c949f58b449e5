/// What a source outside of the process says, as far as it could be read last.
package struct Published<Value: Sendable, Fault: Sendable>: Sendable {
    /// The value; `nil`: it could not be read yet.
    package private(set) var value: Value?
    /// When it was read, in milliseconds of the monotonic clock; `nil` likewise.
    package private(set) var readMillis: Int64?
    /// What is wrong since; `nil`: nothing.
    package private(set) var fault: Fault?

    /// Knows nothing yet.
    package init() {}

    /// Takes what was read.
    ///
    /// - Parameters:
    ///   - fault: what of it could not be read.
    ///   - millis: when it was read.
    package mutating func publish(_ value: Value, fault: Fault? = nil, at millis: Int64?) {
        (self.value, readMillis, self.fault) = (value, millis, fault)
    }

    /// Keeps what was read before, for want of anything better.
    package mutating func fail(_ fault: Fault) {
        self.fault = fault
    }
}
