/// How much an event matters.
enum EventLevel: Sendable {
    case information, warning
}
