/// How much an event matters.
package enum EventLevel: Sendable {
    case information, warning
}
