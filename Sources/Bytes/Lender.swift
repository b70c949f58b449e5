/// Something of a worker that one user at a time gets, for as long as a call lasts. Belongs to one worker's thread.
///
/// The access is not checked for exclusivity at run time, which costs 230 instructions a request. Safe because every
/// access is in ``lend(_:)``, whose flag does what the check would do: two that overlap end the process.
@safe
public final class Lender<Value: ~Copyable> {
    @exclusivity(unchecked) @usableFromInline var value: Value
    @exclusivity(unchecked) @usableFromInline var isLent = false

    /// - Parameter value: what is lent.
    public init(_ value: consuming Value) {
        unsafe self.value = value
    }

    /// Lends the value to `body`, in which nobody else may ask for it.
    @inlinable
    @inline(__always)
    public func lend<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe precondition(!isLent, "what there is one of is used by one at a time")
        unsafe isLent = true
        defer { unsafe isLent = false }
        return try unsafe body(&value)
    }
}
