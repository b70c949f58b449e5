/// What the files of a configuration share while they are read.
struct Reading {
    /// The variables that may stand in values.
    var variables: Variables
    /// Pieces that aliases have added so far.
    var expansion = 0
    /// Whether the next file is one that is included.
    var isIncluded = false

    /// Begins.
    init(variables: Variables) {
        self.variables = variables
    }
}
