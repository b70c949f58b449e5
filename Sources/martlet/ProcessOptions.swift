import ArgumentParser

/// What the verbs that serve have in common.
struct ProcessOptions: ParsableArguments {
    @Flag(
        help: """
            Let the system write core files and debuggers attach. Cores hold private keys; without this there are none.
            """
    )
    var coreDumps = false

    @Flag(
        help: """
            At the end, give the listening sockets to the service manager for the process that it starts next: who \
            connects meanwhile waits for that one (FileDescriptorStoreMax= in systemd's unit).
            """
    )
    var handOver = false
}
