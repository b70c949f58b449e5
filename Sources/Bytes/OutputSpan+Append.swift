import Glibc

extension OutputSpan where Element == UInt8 {
    /// Appends all of `bytes`, or nothing when they do not fit.
    ///
    /// - Returns: whether they fitted.
    @inlinable
    public mutating func append(copying bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= freeCapacity else { return false }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe withUnsafeMutableBufferPointer { target, initializedCount in
                guard let to = target.baseAddress else { return }
                unsafe memcpy(to + initializedCount, from, source.count)
                initializedCount += source.count
            }
        }
        return true
    }

    /// Appends an ASCII constant, or nothing when it does not fit.
    ///
    /// - Returns: whether it fitted.
    @inlinable
    public mutating func append(copying constant: StaticString) -> Bool {
        let count = constant.utf8CodeUnitCount
        guard count <= freeCapacity else { return false }
        unsafe withUnsafeMutableBufferPointer { target, initializedCount in
            guard let to = target.baseAddress else { return }
            unsafe memcpy(to + initializedCount, constant.utf8Start, count)
            initializedCount += count
        }
        return true
    }

    /// Appends all of `bytes` in upper case and with `_` in the place of `-`, or nothing when they do not fit.
    ///
    /// - Returns: whether they fitted.
    public mutating func append(variable bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= freeCapacity else { return false }
        unsafe bytes.withUnsafeBytes { source in
            unsafe withUnsafeMutableBufferPointer { target, initializedCount in
                guard let start = target.baseAddress else { return }
                let output = unsafe UnsafeMutableRawPointer(start + initializedCount)
                var offset = 0
                while offset + 8 <= source.count {
                    let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    unsafe output.storeBytes(of: word.asVariable, toByteOffset: offset, as: UInt64.self)
                    offset += 8
                }
                while offset < source.count {
                    let byte = unsafe UInt8(truncatingIfNeeded: UInt64(source[offset]).asVariable)
                    unsafe output.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                    offset += 1
                }
                initializedCount += source.count
            }
        }
        return true
    }

    /// Appends a number in decimal digits, or nothing when it does not fit.
    ///
    /// - Returns: whether it fitted.
    @inlinable
    public mutating func append(decimal number: UInt64) -> Bool {
        guard number < 10 else { return append(digitsOf: number) }
        guard freeCapacity > 0 else { return false }
        append(0x30 | UInt8(truncatingIfNeeded: number))
        return true
    }

    @usableFromInline
    mutating func append(digitsOf number: UInt64) -> Bool {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (start, rest) = (digits.count, number)
        repeat {
            start -= 1
            digits[start] = 0x30 | UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        return append(copying: digits.span.extracting(start...))
    }
}
