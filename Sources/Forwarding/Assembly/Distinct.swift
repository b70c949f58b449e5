/// What was found, each once, in the order in which it was found first.
package struct Distinct<Element: Hashable & Sendable>: Sendable {
    /// What was found.
    package private(set) var elements: [Element] = []
    /// The same, where it is found again without a look at all of them.
    private var known: Set<Element> = []

    /// Nothing was found yet.
    package init() {}

    /// Adds what was not found before.
    package mutating func add(_ element: Element) {
        if known.insert(element).inserted { elements.append(element) }
    }
}
