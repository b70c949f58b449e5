import BasicContainers
import Bytes

/// The fields of a head or of a trailer section as offsets into the bytes that were parsed.
///
/// Its memory is allocated once, for the greatest number of fields. Belongs to one worker; parsing anew forgets the old
/// fields.
public struct FieldTable: ~Copyable {
    private var fields: RigidArray<Field>
    /// A bit for each known name that occurs; see ``KnownField/bit``.
    public private(set) var present: UInt64 = 0

    /// Makes an empty table.
    ///
    /// - Parameter capacity: fields that it holds at most.
    public init(capacity: Int) {
        fields = RigidArray(capacity: capacity)
    }

    /// Fields that it holds at most.
    public var capacity: Int { fields.capacity }

    /// Fields in the table.
    public var count: Int { fields.count }

    /// The field at an index, `0 ..< count`.
    public subscript(index: Int) -> Field { fields[index] }

    /// Whether a field of that name is there.
    public func contains(_ name: KnownField) -> Bool { present & name.bit != 0 }

    /// The first field of a known name.
    public func first(_ name: KnownField) -> Field? {
        guard let index = index(of: name) else { return nil }
        return fields[index]
    }

    /// The index of the first field of a known name at or after an index.
    public func index(of name: KnownField, from start: Int = 0) -> Int? {
        guard present & name.bit != 0 else { return nil }
        var index = start
        while index < fields.count {
            if fields[index].known == name { return index }
            index += 1
        }
        return nil
    }

    /// The index of the first field of any name at or after an index.
    ///
    /// - Parameters:
    ///   - lowercase: the name, an ASCII constant without upper-case letters.
    ///   - source: the bytes that were parsed.
    public func index(named lowercase: StaticString, in source: Span<UInt8>, from start: Int = 0) -> Int? {
        var index = start
        while index < fields.count {
            if source.equals(lowercase, in: fields[index].name) { return index }
            index += 1
        }
        return nil
    }

    /// Forgets all fields.
    public mutating func removeAll() {
        fields.removeAll()
        present = 0
    }

    @inline(__always)
    mutating func append(_ field: Field) {
        fields.append(field)
        present |= field.known.bit
    }

    mutating func mark(_ index: Int, _ marks: FieldMarks) {
        fields[index].marks.formUnion(marks)
    }
}
