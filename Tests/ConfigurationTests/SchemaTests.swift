import Configuration
import Foundation
import Testing
import Yams

/// The schema for editors and the decoder say the same.
@Suite("JSON Schema")
struct SchemaTests {
    private let schema: [String: Any]

    init() throws {
        schema = try #require(JSONSerialization.jsonObject(with: Data(JSONSchema.text().utf8)) as? [String: Any])
    }

    /// Reads YAML by the core schema of YAML 1.2, as editors do.
    private static func value(_ text: String) throws -> Any {
        let resolver = try Resolver.basic.appending(.bool, "^(true|false)$").appending(.int, "^[-+]?[0-9]+$")
            .appending(.float, "^[-+]?[0-9]*\\.[0-9]+$").appending(.null, "^(~|null|)$")
        return named(try #require(try load(yaml: text, resolver)))
    }

    /// Names are texts, those of digits alone too.
    private static func named(_ value: Any) -> Any {
        if let list = value as? [Any] { return list.map(named) }
        guard let mapping = value as? [AnyHashable: Any] else { return value }
        return Dictionary(uniqueKeysWithValues: mapping.map { ("\($0)", named($1)) })
    }

    private func complaints(_ text: String) throws -> [String] {
        var validator = SchemaValidator()
        validator.check(try Self.value(text), schema)
        return validator.complaints
    }

    @Test("It is a schema of draft 2020-12 and says so")
    func draft() {
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(JSONSchema.text().hasSuffix("}\n"))
    }

    @Test("It accepts what the decoder accepts", arguments: Golden.cases(in: "Valid"))
    func valid(_ golden: Golden.Case) throws {
        #expect(try complaints(String(decoding: golden.bytes, as: UTF8.self)) == [])
    }

    @Test("It accepts the examples that name it", arguments: ["cdn", "grpc", "php", "tomcat"])
    func examples(_ name: String) throws {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        let text = try String(contentsOfFile: "\(root)/deploy/examples/\(name).yaml", encoding: .utf8)
        #expect(try complaints(text) == [])
    }

    @Test(
        "It refuses what one place tells to be wrong",
        arguments: [
            "keys-unknown", "keys-unknown-nested", "keys-missing", "types", "types-nested", "nothing",
            "empty-collections",
            "empty-collections-nested", "sizes", "sizes-more", "workers-zero", "workers-word", "numbers-odd",
            "booleans", "choices",
            "affinity-names", "names", "listen-addresses", "listen-unix", "member-urls", "site-hosts", "paths",
            "compression", "compression-codings", "inflate-requests",
            "trusted-proxies", "pages", "control", "control-text", "control-nothing", "control-empty",
            "fastcgi", "record-members", "durations", "durations-more", "keys-all-missing", "file-list", "file-text",
        ])
    func broken(_ name: String) throws {
        let golden = try #require(Golden.cases(in: "Broken").first { $0.name == "\(name).yaml" })
        #expect(try !complaints(String(decoding: golden.bytes, as: UTF8.self)).isEmpty)
    }

    @Test(
        "The decoder names at each place the very keys that the schema has there",
        arguments: [
            ([], "what-is-this: 1\n"),
            (["listeners", "items"], "listeners: [ { what-is-this: 1 } ]"),
            (["listeners", "items", "tls"], "listeners: [ { tls: { what-is-this: 1 } } ]"),
            (["sites", "items"], "sites: [ { what-is-this: 1 } ]"),
            (["balancers", "additionalProperties"], "balancers: { shop: { what-is-this: 1 } }"),
            (
                ["balancers", "additionalProperties", "affinity", "anyOf"],
                "balancers: { shop: { affinity: { what-is-this: 1 } } }"
            ),
            (
                ["balancers", "additionalProperties", "members", "additionalProperties", "anyOf"],
                "balancers: { shop: { members: { a: { what-is-this: 1 } } } }"
            ),
            (
                ["balancers", "additionalProperties", "fastcgi", "anyOf"],
                "balancers: { shop: { fastcgi: { what-is-this: 1 } } }"
            ),
            (["compression"], "compression: { what-is-this: 1 }"), (["timeouts"], "timeouts: { what-is-this: 1 }"),
            (["control"], "control: { what-is-this: 1 }"),
            (["limits"], "limits: { what-is-this: 1 }"), (["log"], "log: { what-is-this: 1 }"),
            (["log", "access"], "log: { access: { what-is-this: 1 } }"),
        ])
    func keys(_ steps: [String], _ text: String) throws {
        var place = schema
        for step in steps {
            let next = (place["properties"] as? [String: Any])?[step] ?? place[step]
            place = try #require(next as? [String: Any] ?? (next as? [[String: Any]])?.last)
        }
        let names = try #require(place["properties"] as? [String: Any]).keys.sorted()
        let errors = #expect(throws: ConfigurationErrors.self) { try Golden.loader.load(text: text, file: "keys.yaml") }
        let unknown = try #require(errors).diagnostics.first { $0.message == "unknown key \"what-is-this\"" }
        let cure = try #require(unknown?.cure).words.dropFirst("expected ".count).replacing(" or ", with: ", ")
        #expect(cure.split(separator: ", ").map(String.init).sorted() == names)
    }

    @Test("The example with every key leaves none of the schema out")
    func everyKey() throws {
        let golden = try #require(Golden.cases(in: "Valid").first { $0.name == "every-key.yaml" })
        let value = try Self.value(String(decoding: golden.bytes, as: UTF8.self))
        #expect(Self.properties(schema).subtracting(Self.keys(value)) == [])
    }

    private static func properties(_ schema: Any) -> Set<String> {
        if let list = schema as? [Any] { return Set(list.flatMap { properties($0) }) }
        guard let schema = schema as? [String: Any] else { return [] }
        let names = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
        return names.union(
            schema.flatMap { name, value -> Set<String> in
                guard name == "properties", let value = value as? [String: Any] else { return properties(value) }
                return Set(value.values.flatMap { properties($0) })
            })
    }

    private static func keys(_ value: Any) -> Set<String> {
        if let list = value as? [Any] { return Set(list.flatMap { keys($0) }) }
        guard let object = value as? [String: Any] else { return [] }
        return Set(object.keys).union(object.values.flatMap { keys($0) })
    }
}
