import ArgumentParser

/// What the verbs that serve have in common.
struct ProcessOptions: ParsableArguments {
    @Flag(
        help: """
            Let the system write core files and debuggers attach. Cores hold private keys; without this there are none.
            """
    )
    var coreDumps = false
}
