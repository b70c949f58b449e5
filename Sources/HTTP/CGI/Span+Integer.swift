extension Span where Element == UInt8 {
    /// A number of 16 bits, the greater byte first; both must lie within the bytes, which is checked.
    func integer(at offset: Int) -> Int {
        Int(self[offset]) << 8 | Int(self[offset + 1])
    }
}
