import ArgumentParser
import Control
import Forwarding
import Foundation

/// `martlet maintenance HOST on|off|status`: closes a site for a while.
struct MaintenanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Answer 503 to a site's clients for a while.",
        discussion: """
            As maintenance: true in the configuration does, but at once; it lasts across reloads until off, or until \
            the process ends. Who stays served, and when the others are told to come again, is what the site's \
            maintenance says: { enabled: false, allow: [192.0.2.0/24], retry-after: 10m }.
            """)

    /// What is to be done.
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case on, off, status
    }

    @Argument(help: "The site's host as it is declared; '*' is the site for any host.")
    var host: String

    @Argument(help: "on, off or status.")
    var action: Action = .status

    @OptionGroup var options: ControlOptions

    func run() throws {
        let target = "/sites/" + (host.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? host)
        switch action {
        case .status:
            options.show(try options.get(target, as: EdgeStatus.Site.self)) { site in
                switch site.maintenanceBy {
                case .control: "\(site.host) is closed for maintenance"
                case .configuration, .discovery: "\(site.host) is closed for maintenance (configured)"
                case nil: "\(site.host) is open"
                }
            }
        case .on, .off:
            let isOn = action == .on
            let asked = try options.post(
                target + "/maintenance", MaintenanceOrder(on: isOn), as: Receipt.self,
                seconds: ControlLimits.reloadTimeoutSeconds)
            options.show(asked) { _ in "\(host) is \(isOn ? "closed for maintenance" : "open")" }
        }
    }
}
