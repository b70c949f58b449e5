import Bytes
import HTTP
import Model

/// Who answers for some of a path's requests.
struct PlaceCase: Sendable {
    /// Methods, one of which a request is of; empty: any.
    private let methods: [[UInt8]]
    /// Fields of which a request has each, with one of some values; of none: with any.
    private let fields: [(name: [UInt8], values: [[UInt8]])]
    /// Who answers.
    let destination: Destination

    init(_ condition: CaseConfiguration.Condition, destination: Destination) {
        methods = condition.methods.map { Array($0.utf8) }
        fields =
            condition.fields.sorted { $0.key < $1.key }.map { (Array($0.utf8), $1.map { Array($0.utf8) }) }
            + condition.present.map { (Array($0.utf8), []) }
        self.destination = destination
    }

    /// Whether a request is one of those.
    func holds(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
        let method = bytes.extracting(head.methodRange)
        var isOfMethod = methods.isEmpty
        for one in methods where method.equals(one.span) { isOfMethod = true }
        guard isOfMethod else { return false }
        for (name, values) in fields {
            guard Self.has(head, in: bytes, name: name, values: values) else { return false }
        }
        return true
    }

    private static func has(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, name: [UInt8], values: [[UInt8]]
    ) -> Bool {
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard bytes.extracting(field.name).equalsIgnoringCase(name.span) else { continue }
            if values.isEmpty { return true }
            for value in values where bytes.extracting(field.value).equals(value.span) { return true }
        }
        return false
    }
}

extension Place {
    /// Who answers for a request, where a case holds.
    func choose(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Destination? {
        for one in cases where one.holds(head, in: bytes) { return one.destination }
        return nil
    }
}
