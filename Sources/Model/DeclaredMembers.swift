/// The members of a balancer as they are declared: one by one, or in a file.
struct DeclaredMembers: Sendable, Equatable {
    /// The key of the file's path, which stands alone.
    static let key = "file"

    /// The file that has them; `nil`: none has.
    var path: String?
    /// The members.
    var members: [MemberConfiguration]
}

extension Codec where Value == DeclaredMembers {
    /// A mapping with a member behind each name, or a file with such a mapping.
    static let members: Codec = {
        let members = Codec<[MemberConfiguration]>.named(
            .shorthand("url", MemberConfiguration.schema), .memberName, by: \.declaredName)
        return Codec(
            shape: { members.shape($0?.members) },
            write: { declared, detail in
                guard let path = declared.path else { return members.write(declared.members, detail) }
                let entry = Datum.Entry(DeclaredMembers.key, .text(path))
                guard detail == .whole else { return .mapping([entry]) }
                return .mapping([entry] + members.write(declared.members, detail).entries)
            },
            read: { datum in
                var entries = datum.entries
                var path: String?
                // A member of that name has an URL, or keys of its own.
                if let index = entries.firstIndex(where: { $0.name == DeclaredMembers.key }),
                    case .text(let text) = entries[index].value, MemberURL(text) == nil
                {
                    path = text
                    entries.remove(at: index)
                }
                return DeclaredMembers(path: path, members: members.read(.mapping(entries)) ?? [])
            })
    }()
}
