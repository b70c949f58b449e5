import ArgumentParser
import Configuration

/// `martlet schema`: prints the JSON Schema of a configuration.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a configuration, for editors.")

    func run() {
        print(JSONSchema.text(), terminator: "")
    }
}
