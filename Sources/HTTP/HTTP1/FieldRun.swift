import Bytes

/// Field lines that follow each other in the source as they are to be written, so that one copy writes them all.
///
/// Only fields marked ``FieldMarks/plain`` join a run: every byte of such a line was understood by the parser, and
/// writing it from its parts would give the same bytes. Most heads are one or two runs.
struct FieldRun {
    private var start = 0
    private var end = 0
    private var spliceIndex = 0
    /// Where the next splice begins.
    private var spliceStart: Int

    /// - Parameter splices: what is replaced in the values; the same for each field.
    init(_ splices: Splices?) {
        spliceStart = splices?.start(at: 0) ?? .max
    }

    /// Writes a field, now or with those that follow it.
    @inline(__always)
    mutating func add(
        _ field: Field, _ splices: Splices?, to output: inout OutputSpan<UInt8>, from source: Span<UInt8>,
        _ fits: inout Bool
    ) {
        if field.value.upperBound >= spliceStart, let splices,
            addSpliced(field, splices, to: &output, from: source, &fits)
        {
            return
        }
        let isPlain = field.marks.contains(.plain)
        if isPlain, field.nameStart == end {
            end = field.plainEnd
            return
        }
        flush(to: &output, from: source, &fits)
        if isPlain {
            start = field.nameStart
            end = field.plainEnd
        } else {
            output.put(field, of: source, &fits)
        }
    }

    /// Writes what was put off.
    @inline(__always)
    mutating func flush(to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ fits: inout Bool) {
        guard end > start else { return }
        output.put(start..<end, of: source, &fits)
        start = 0
        end = 0
    }

    /// Writes a field if something is replaced in its value.
    ///
    /// - Returns: whether there is.
    private mutating func addSpliced(
        _ field: Field, _ splices: Splices, to output: inout OutputSpan<UInt8>, from source: Span<UInt8>,
        _ fits: inout Bool
    ) -> Bool {
        spliceIndex = splices.index(from: spliceIndex, notBefore: field.value.lowerBound)
        spliceStart = splices.start(at: spliceIndex)
        guard field.value.upperBound >= spliceStart else { return false }
        flush(to: &output, from: source, &fits)
        guard splices.count(field.value, from: spliceIndex) > 0 else { return true }
        output.put(field.name, of: source, &fits)
        output.put(": ", &fits)
        splices.write(field.value, of: source, from: &spliceIndex, to: &output, &fits)
        output.put("\r\n", &fits)
        spliceStart = splices.start(at: spliceIndex)
        return true
    }
}
