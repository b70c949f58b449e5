/// What is served beside clients, as the main thread ends it.
public protocol ServedRoom {
    /// Lets nobody else in. Whoever is in is answered and leaves with that, those at once who wait for nothing.
    func close()

    /// Closes it, and waits until everybody has left, for a second at most.
    func finish()
}
