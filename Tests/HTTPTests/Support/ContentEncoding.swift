import HTTP

/// Runs input through an encoder, a room at a time, until it is done.
func encode(
    _ encoder: any ContentEncoder, _ input: ArraySlice<UInt8>, _ flush: EncoderFlush, room: Int
) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(input)
    while true {
        var progress = EncoderProgress?.none
        result += [UInt8](capacity: room) { output in
            progress = encoder.encode(rest.span, flush: flush, into: &output)
        }
        let consumed = progress?.consumed ?? 0
        if consumed == rest.count { rest = [] } else { rest.removeFirst(consumed) }
        if progress?.isDone == true { return result }
    }
}
