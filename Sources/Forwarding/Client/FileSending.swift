/// What sending some of a file from where it lies came to.
package enum FileSending: Equatable {
    /// So many bytes were taken; none: ``Exchange/onClientWritable()`` follows.
    case sent(Int)
    /// The file has become shorter.
    case shortened
    /// It has to be read and sent as any content: the client's protocol frames or encrypts it, or the disk might be
    /// waited for. Nothing was sent of it.
    case unable
}
