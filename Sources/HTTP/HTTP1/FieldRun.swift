import Bytes

/// Field lines that follow each other in the source as they are to be written, so that one copy writes them all.
///
/// Only fields marked ``FieldMarks/plain`` join a run: every byte of such a line was understood by the parser, and
/// writing it from its parts would give the same bytes. Most heads are one or two runs.
struct FieldRun {
    private var start = 0
    private var end = 0

    /// Writes a field, now or with those that follow it.
    @inline(__always)
    mutating func add(
        _ field: Field, to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ fits: inout Bool
    ) {
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
}
