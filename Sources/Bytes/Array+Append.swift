extension [UInt8] {
    /// Appends all of `bytes`.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: bytes)
        }
    }
}
