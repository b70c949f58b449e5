import Bytes
import HTTP

/// The bytes of a text, each character below U+0100 as the byte of its number.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// The text whose characters are the bytes.
func text(_ bytes: [UInt8]) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
    return text
}

/// The text of a part of the bytes.
func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    text(Array(bytes[range]))
}

/// What a writing function appends, or `nil` when it says that it did not fit.
func written(room: Int = 8192, _ write: (inout OutputSpan<UInt8>) -> Bool) -> [UInt8]? {
    var fits = false
    let result = [UInt8](capacity: room) { output in fits = write(&output) }
    return fits ? result : nil
}
