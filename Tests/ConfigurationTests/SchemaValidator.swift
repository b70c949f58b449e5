import Foundation

/// Checks a value by a JSON Schema, as far as ours goes; a keyword beyond that is a complaint of its own.
struct SchemaValidator {
    private(set) var complaints: [String] = []

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - value: of JSON: dictionaries, arrays, strings, numbers, booleans.
    ///   - schema: likewise.
    ///   - path: where the value stands.
    mutating func check(_ value: Any, _ schema: [String: Any], path: String = "$") {
        for (keyword, rule) in schema {
            switch keyword {
            case "$schema", "title", "description", "default": break
            case "type":
                let types = rule as? [String] ?? [rule as? String ?? ""]
                expect(types.contains { Self.isOf(type: $0, value) }, "\(path): not \(types)")
            case "enum":
                let isAmong = (rule as? [Any] ?? []).contains {
                    $0 as? String == value as? String && $0 as? Int == value as? Int
                }
                expect(isAmong, "\(path): not in \(rule)")
            case "const": expect(rule as? String == value as? String, "\(path): not \(rule)")
            case "anyOf": expect(Self.matchesAny(value, rule), "\(path): none of the forms")
            case "pattern", "minLength": checkText(value, keyword, rule, path)
            case "minimum", "maximum": checkNumber(value, keyword, rule, path)
            case "items", "minItems": checkList(value, keyword, rule, path)
            case "required", "properties", "additionalProperties", "propertyNames", "minProperties":
                checkObject(value, keyword, rule, schema, path)
            default: complaints.append("\(path): unknown keyword \(keyword)")
            }
        }
    }

    private mutating func expect(_ isTrue: Bool, _ complaint: String) {
        if !isTrue { complaints.append(complaint) }
    }

    private mutating func checkText(_ value: Any, _ keyword: String, _ rule: Any, _ path: String) {
        guard let text = value as? String else { return }
        if keyword == "minLength" { return expect(text.count >= rule as? Int ?? .max, "\(path): too short") }
        let pattern = rule as? String ?? "("
        expect(text.range(of: pattern, options: .regularExpression) != nil, "\(path): \(text) is not like \(pattern)")
    }

    private mutating func checkNumber(_ value: Any, _ keyword: String, _ rule: Any, _ path: String) {
        guard !(value is Bool), let number = (value as? Int).map(Double.init) ?? value as? Double,
            let bound = (rule as? NSNumber)?.doubleValue
        else { return }
        expect(
            keyword == "minimum" ? number >= bound : number <= bound, "\(path): \(number) is beyond \(keyword) \(bound)"
        )
    }

    private mutating func checkList(_ value: Any, _ keyword: String, _ rule: Any, _ path: String) {
        guard let list = value as? [Any] else { return }
        if keyword == "minItems" { return expect(list.count >= rule as? Int ?? .max, "\(path): too few") }
        for (offset, element) in list.enumerated() {
            check(element, rule as? [String: Any] ?? [:], path: "\(path)[\(offset)]")
        }
    }

    private mutating func checkObject(
        _ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], _ path: String
    ) {
        guard let object = value as? [String: Any] else { return }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        switch keyword {
        case "required": for name in rule as? [String] ?? [] { expect(object[name] != nil, "\(path): no \(name)") }
        case "minProperties": expect(object.count >= rule as? Int ?? .max, "\(path): too few")
        case "propertyNames":
            for name in object.keys { check(name, rule as? [String: Any] ?? [:], path: "\(path).\(name)") }
        case "properties":
            for (name, value) in object {
                if let rule = properties[name] as? [String: Any] { check(value, rule, path: "\(path).\(name)") }
            }
        default:
            for (name, value) in object where properties[name] == nil {
                guard let rule = rule as? [String: Any] else {
                    expect(false, "\(path): unknown key \(name)")
                    continue
                }
                check(value, rule, path: "\(path).\(name)")
            }
        }
    }

    private static func matchesAny(_ value: Any, _ rule: Any) -> Bool {
        (rule as? [[String: Any]] ?? []).contains { schema in
            var validator = SchemaValidator()
            validator.check(value, schema)
            return validator.complaints.isEmpty
        }
    }

    private static func isOf(type: String, _ value: Any) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": value is Bool
        case "integer": value is Int && !(value is Bool)
        case "number": (value is Int || value is Double) && !(value is Bool)
        default: false
        }
    }
}
