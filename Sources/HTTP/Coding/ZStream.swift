import Bytes
import CISAL
import CZlib

// swift-format-ignore: NeverUseImplicitlyUnwrappedOptionals
/// A stream of zlib or igzip: where it reads and writes next, as C says it.
protocol ZStream {
    var next_in: UnsafeMutablePointer<UInt8>! { get set }
    var avail_in: UInt32 { get set }
    var next_out: UnsafeMutablePointer<UInt8>! { get set }
    var avail_out: UInt32 { get set }
}

extension z_stream: ZStream {}
extension isal_zstream: ZStream {}

extension UnsafeMutablePointer where Pointee: ZStream {
    /// Shows input and the room of `output` to a stream for the length of a call.
    ///
    /// - Parameter run: calls the library; not called where there is no room.
    /// - Returns: how many bytes of the input are left; `nil`: there was no room.
    func show(_ input: Span<UInt8>, _ output: inout OutputSpan<UInt8>, run: () -> Void) -> Int? {
        precondition(input.count <= Int(UInt32.max), "zlib and igzip count in 32 bits")
        return unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                let room = min(target.count - initializedCount, Int(UInt32.max))
                guard room > 0, let base = target.baseAddress else { return nil }
                unsafe pointee.next_in = UnsafeMutablePointer<UInt8>(mutating: source.baseAddress)
                unsafe pointee.avail_in = UInt32(source.count)
                unsafe pointee.next_out = base + initializedCount
                unsafe pointee.avail_out = UInt32(room)
                run()
                initializedCount += room - Int(unsafe pointee.avail_out)
                unsafe pointee.next_in = nil
                unsafe pointee.next_out = nil
                return Int(unsafe pointee.avail_in)
            }
        }
    }
}
