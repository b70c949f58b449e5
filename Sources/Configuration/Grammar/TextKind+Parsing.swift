import Limiting
import Model

extension TextKind {
    /// Reads a text of this kind.
    ///
    /// - Parameters:
    ///   - text: as it was written.
    ///   - folder: what a relative path starts from.
    /// - Returns: the text in the one form that the model has for it.
    func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        switch self {
        case .listenAddress: try ListenAddress.parse(text, from: folder, examplePort: 443).description
        case .metricsAddress: try ListenAddress.parse(text, from: folder, examplePort: 9_901).description
        case .datagramAddress: try ListenAddress.parse(datagram: text).description
        case .memberURL: try MemberURL.parse(text, from: folder).description
        case .host: try SiteConfiguration.Host.parse(text).description
        case .certificateName: try HostName.parse(certificate: text)
        case .pathPrefix: try PathPrefix.parse(text)
        case .pathPattern: try PathPattern.parse(text)
        case .service: try ServiceName.parse(text).description
        case .nameServer: try NameServer.parse(text).description
        case .name, .memberName: try Words.name(text)
        case .route: try Words.route(text)
        case .cookie: try Words.cookie(text)
        case .field, .ownField: try Words.field(text)
        case .parameter: try Words.parameter(text)
        case .separator: try Words.separator(text)
        case .cookiePath: try Words.cookiePath(text)
        case .cookieDomain: try Words.cookieDomain(text)
        case .mediaType: try Words.mediaType(text)
        case .trustedProxy: try Self.proxy(text, from: folder)
        case .introducer: text == "trusted" ? text : try Self.proxy(text, from: folder)
        case .addressRange: try AddressRange.configured(text).description
        case .socket: try UnixPath.parse(bare: text, from: folder)
        case .folder, .bufferFolder, .keyFile, .secretFile, .pageFile, .includePattern, .authorities, .membersFile:
            try FileWords.path(text, self, from: folder)
        case .fileFolder: try FileWords.folder(text, from: folder)
        case .fileName: try FileWords.name(text)
        case .logFile: text == "-" ? text : try FileWords.path(text, self, from: folder)
        case .logFormat: try LogWords.format(text)
        case .logField: try LogWords.field(text)
        case .syslogAddress: try LogWords.syslog(text, from: folder)
        case .share: try LogWords.share(text, leaving: "leave log.access out to have no log")
        case .retryShare: try LogWords.share(text, leaving: "set max-attempts: 1 to have no other member tried")
        case .scriptFolder: try ScriptWords.folder(text)
        case .scriptName: try ScriptWords.name(text)
        case .scriptSuffix: try ScriptWords.suffix(text)
        case .frontScript: try ScriptWords.front(text)
        case .gatewayName: try ScriptWords.parameter(text)
        case .gatewayValue: try ScriptWords.value(text)
        case .balancer, .secret: text
        case .redirectTarget: try RedirectTarget.parse(text)
        case .ruledField(let kind, let use): try FieldWords.name(text, kind, use)
        case .fieldTemplate: try FieldWords.value(text)
        case .content: try Words.content(text)
        case .method: try Words.method(text)
        case .fieldValue: try Words.fieldValue(text)
        case .statuses: try Words.statuses(text)
        case .rate: try Rate.configured(text).description
        case .accessEntry: try AccessEntry.parse(text, from: folder)
        case .usersFile: text == "off" ? text : try FileWords.path(text, self, from: folder)
        case .realm: try Words.realm(text)
        case .memberHost: try MemberHost.parse(text)
        case .checkBase: try Words.name(text)
        case .checkPath: try CheckWords.path(text)
        case .checkAddress: try CheckWords.address(text, from: folder)
        case .checkStatuses: try CheckWords.statuses(text)
        case .user: try UserWords.name(text)
        case .regularExpression: try CheckWords.expression(text)
        }
    }

    private static func proxy(_ text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        text.hasPrefix("unix:")
            ? "unix:" + (try UnixPath.parse(text.dropFirst(5), from: folder))
            : try AddressRange.configured(text).description
    }
}
