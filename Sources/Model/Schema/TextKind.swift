import Balancing

/// A kind of text in a configuration.
///
/// Here is what it looks like, for messages and editors; its grammar, with what to say of each mistake, is the
/// decoder's.
public enum TextKind: Sendable {
    /// `address` of a listener.
    case listenAddress
    /// `heartbeat-listen`.
    case datagramAddress
    /// `address` of `metrics`.
    case metricsAddress
    /// `url` of a member.
    case memberURL
    /// `srv` of a member.
    case service
    /// The name of a member, or `file`.
    case memberName
    /// The path of a file of members.
    case membersFile
    /// A piece of `servers` of `dns`.
    case nameServer
    /// `host` of a site.
    case host
    /// A name in a certificate.
    case certificateName
    /// What stands in the place of a path.
    case pathPrefix
    /// A name under `paths`.
    case pathPattern
    /// The name of a balancer or a member.
    case name
    /// What stands under `paths`.
    case balancer
    /// `route` of a member: octets of a cookie's value (RFC 6265, section 4.1.1).
    case route
    /// The name of a cookie.
    case cookie
    /// The name of a field, in lower case.
    case field
    /// The name of a field, in lower case, that has no other meaning; the example is proposed in place of one that has.
    case ownField(example: String)
    /// The name of a path or query parameter.
    case parameter
    /// What stands between a session's identifier and its route.
    case separator
    /// `Path` of a cookie.
    case cookiePath
    /// `Domain` of a cookie.
    case cookieDomain
    /// A media type, in lower case.
    case mediaType
    /// A range of addresses, or the path of a listener.
    case trustedProxy
    /// A range of addresses, the path of a listener, or `trusted`.
    case introducer
    /// A range of addresses.
    case addressRange
    /// The path of a UNIX-domain socket.
    case socket
    /// The path of a folder.
    case folder
    /// The path of a folder that files are made in.
    case bufferFolder
    /// The path of a file of keys.
    case keyFile
    /// The path of a file that is written to, or `-`.
    case logFile
    /// How a line of the access log looks.
    case logFormat
    /// The name of a field of the access log.
    case logField
    /// Where a syslog is.
    case syslogAddress
    /// A share such as `10%`.
    case share
    /// A share of a balancer's requests.
    case retryShare
    /// What a member asks for, which is shown nowhere.
    case secret
    /// The path of a file that has it.
    case secretFile
    /// The path of the folder that scripts are in.
    case scriptFolder
    /// The name of the script that answers for a folder.
    case scriptName
    /// How the names of scripts end.
    case scriptSuffix
    /// The path of the script that answers for what is none, or `off`.
    case frontScript
    /// The name of a parameter of CGI.
    case gatewayName
    /// The value of one.
    case gatewayValue
    /// Where clients are sent.
    case redirectTarget
    /// Content of an answer.
    case content
    /// The path of a folder whose files are sent.
    case fileFolder
    /// The name of a file in any folder.
    case fileName
    /// A request's method.
    case method
    /// The value of a field.
    case fieldValue
    /// A name under `pages`.
    case statuses
    /// The path of a file that is a page.
    case pageFile
    /// A piece of `allow` or `deny`.
    case accessEntry
    /// How many in a time.
    case rate
    /// The path of a file of names and hashes of passwords, or `off`.
    case usersFile
    /// What browsers show with the question for a password.
    case realm
    /// The name of a field that rules speak of.
    case ruledField(FieldEdits.Kind, FieldUse)
    /// The value of a field, with facts of the request.
    case fieldTemplate
    /// What members get as `Host`.
    case memberHost
    /// The path of a file, or a pattern of such.
    case includePattern
    /// What a check begins with: the name of a template, a kind, or `off`.
    case checkBase
    /// The path of a request that checks a member, with its query.
    case checkPath
    /// Where a member is checked.
    case checkAddress
    /// Statuses that prove a member.
    case checkStatuses
    /// What a text must match, or not.
    case regularExpression
    /// The path of a file of certificates that sign others.
    case authorities
    /// `user`.
    case user

    /// What is done with a field.
    public enum FieldUse: Sendable {
        case set, add, remove, requestID
    }

    /// Bytes that ``content`` may have; longer ones are pages.
    public static let contentBytesMax = 4_096
    /// Bytes that ``fieldTemplate`` may have.
    public static let fieldValueBytesMax = 2_048

    /// What is expected, as a message says it: `a host name such as shop.example.com`.
    public var expected: String { description.expected }
    /// A regular expression (ECMA-262) that tells an editor most of what is wrong; the decoder's grammar tells all.
    public var pattern: String { description.pattern }

    /// Whether what YAML takes for a number or a boolean could be meant.
    public var isWord: Bool {
        switch self {
        case .name, .memberName, .balancer, .route, .cookie, .field, .ownField, .parameter, .gatewayValue, .method,
            .fieldValue, .regularExpression:
            true
        case .ruledField, .fieldTemplate: true
        default: false
        }
    }

    /// Whether what YAML takes for a number is meant as it stands.
    public var takesNumbers: Bool {
        switch self {
        case .checkStatuses, .user: true
        default: false
        }
    }

    private var description: (expected: String, pattern: String) {
        switch self {
        case .listenAddress:
            (
                "an address such as 127.0.0.1:8443, \"[::]:443\" or unix:/run/martlet.sock",
                "^(unix:.+|[0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$"
            )
        case .metricsAddress:
            (
                "an address such as 127.0.0.1:9901, \"[::]:9901\" or unix:/run/martlet/metrics.sock",
                "^(unix:.+|[0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$"
            )
        case .datagramAddress:
            (
                "an address of this machine such as 10.0.0.5:27999",
                "^([0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$"
            )
        case .memberURL:
            (
                "a URL such as http://10.0.0.11:8080, h2c://10.0.0.11:50051, unix:/run/app.sock, "
                    + "fcgi://10.0.0.11:9000, fcgi+unix:/run/php/php8.2-fpm.sock or ajp://10.0.0.11:8009",
                "^((fcgi\\+)?unix:.+|(http|h2c|fcgi|ajp)://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?/?)$"
            )
        case .host, .certificateName:
            (
                "a host name such as shop.example.com or \"*.example.com\"",
                "^((\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+\\])$"
            )
        case .pathPrefix: ("a path that starts with /", "^/[^?#; ]*$")
        case .pathPattern: ("a path that starts with /", "^=?/[^?#; ]*$")
        case .service:
            (
                "the name of a service such as _http._tcp.app.internal, or h2c://_grpc._tcp.app.internal",
                "^((http|h2c|fcgi|ajp)://)?_[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+$"
            )
        case .nameServer:
            (
                "the address of a name server such as 10.0.0.53, 127.0.0.1:5353 or \"[fd00::53]:53\"",
                "^([0-9.]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?|[0-9A-Fa-f:.]+)$"
            )
        case .memberName:
            (
                "a name of letters, digits, \"_\", \".\" and \"-\", or file alone, with the path of a file that has "
                    + "them",
                "^[A-Za-z0-9_.-]{1,128}$"
            )
        case .membersFile: ("the path of a file of members, such as members.yaml", "^.+$")
        case .name: ("a name of letters, digits, \"_\", \".\" and \"-\"", "^[A-Za-z0-9_.-]{1,128}$")
        case .balancer: ("the name of a balancer", "^[A-Za-z0-9_.-]{1,128}$")
        case .route:
            (
                "a route such as node1 or master:g1-server1, of characters that a cookie's value may have",
                "^[!#-+.-:<-\\[\\]-~-]{1,128}$"
            )
        case .cookie: ("the name of a cookie, such as JSESSIONID", "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")
        case .field, .ownField, .ruledField:
            ("the name of a field, such as X-User", "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")
        case .parameter: ("the name of a parameter, such as jsessionid", "^[A-Za-z0-9._~!$'()*+,@:-]{1,128}$")
        case .separator:
            (
                "one character that is neither a letter nor a digit, such as . or !, or off",
                "^([!#$%&'()*+./:<>?@^_`{|}~-]|off)$"
            )
        case .cookiePath: ("a path that starts with /", "^/[!-:<-~]*$")
        case .cookieDomain: ("a domain such as example.com", "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$")
        case .mediaType:
            (
                "a media type such as text/html, text/* or application/*+json",
                "^[A-Za-z0-9!#$&^_.+-]+/([A-Za-z0-9!#$&^_.+-]+|\\*(\\+[A-Za-z0-9!#$&^_.+-]+)?)$"
            )
        case .trustedProxy:
            (
                "an address range such as 10.0.0.0/8 or \"fd00::/8\", or a listener's unix:/run/martlet.sock",
                "^(unix:.+|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$"
            )
        case .introducer:
            (
                "an address range such as 10.0.0.0/8 or \"fd00::/8\", the listener's own unix:/run/martlet.sock, or "
                    + "trusted",
                "^(trusted|unix:.+|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$"
            )
        case .addressRange:
            ("an address range such as 10.0.0.0/8 or \"fd00::/8\"", "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$")
        case .socket: ("the path of a socket, such as /run/martlet/control.sock", "^.+$")
        case .folder: ("the path of a folder of certificates", "^.+$")
        case .bufferFolder: ("the path of a folder such as /var/tmp", "^.+$")
        case .keyFile: ("the path of a file of keys", "^.+$")
        case .logFile: ("the path of a file, or -", "^.+$")
        case .logFormat:
            (
                "json, combined or a line with fields in braces such as \"{client} {method} {status}\"",
                "^(json|combined|.*\\{[a-z_]+\\}.*)$"
            )
        case .logField: ("the name of a field of the access log, such as user_agent", "^[a-z_]+$")
        case .syslogAddress:
            (
                "a path such as /dev/log, or an address such as udp://10.0.0.9:514 or tcp://10.0.0.9:601",
                "^((udp|tcp)://([0-9.]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}|[^:]+)$"
            )
        case .share, .retryShare: ("a share such as 10% or 0.5%", "^[0-9]{1,3}(\\.[0-9]{1,2})?%$")
        case .secret: ("a text of at most \(Secret.bytesMax) printable characters of ASCII", "^[ -~]{1,256}$")
        case .secretFile: ("the path of a file with a secret", "^.+$")
        case .scriptFolder: ("the path of a folder as the member has it, such as /var/www/html", "^/.*$")
        case .scriptName: ("the name of a script, such as index.php", "^[A-Za-z0-9_.-]{1,128}$")
        case .scriptSuffix: ("the end of scripts' names, such as .php", "^\\.[A-Za-z0-9_.-]{1,31}$")
        case .frontScript: ("the path of a script below the root, such as /index.php, or off", "^(/[!-~]*[^/]|off)$")
        case .gatewayName: ("a name of letters, digits and \"_\", such as APP_ENV", "^[A-Za-z_][A-Za-z0-9_]{0,127}$")
        case .gatewayValue: ("a text", "^.+$")
        case .redirectTarget: ("a path such as /new, or a URL such as https://example.com", "^(/|https?://).*$")
        case .method: ("a method such as GET", "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")
        case .fieldValue: ("the value of a field", "^[!-~]([ -~]*[!-~])?$")
        case .accessEntry:
            (
                "an address range such as 10.0.0.0/8 or \"fd00::/8\", unix, all, none or file:PATH",
                "^(all|none|unix|file:.+|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$"
            )
        case .rate: ("a rate such as 5/s, 300/m, 1000/h or 2/d", "^[0-9]{1,7}/[smhd]$")
        case .fieldTemplate:
            ("the value of a field, such as DENY or $client-address", "^.+$")
        case .content: ("a text of at most \(Self.contentBytesMax) bytes", "^.+$")
        case .statuses: ("a status from 400 to 599, or 4xx or 5xx", "^[45]([0-9]{2}|xx)$")
        case .pageFile: ("the path of a file of at most \(PageConfiguration.bytesMax / 1_024) KiB", "^.+$")
        case .usersFile: ("the path of a file that `htpasswd -B` writes, or off", "^.+$")
        case .realm:
            ("1 to 128 printable characters of ASCII without \" and \\, such as Shop", "^[ !#-\\[\\]-~]{1,128}$")
        case .fileFolder: ("the path of a folder, such as /var/www/html", "^.+$")
        case .memberHost:
            (
                "a host such as app.internal or app.internal:8080",
                "^([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$"
            )
        case .includePattern: ("the path of a file, or a pattern such as conf.d/*.yaml", "^.+$")
        case .checkBase:
            (
                "a name under checks, one of \(CheckKind.allCases.map(\.rawValue).joined(separator: ", ")), or off",
                "^[A-Za-z0-9_.-]{1,128}$"
            )
        case .checkPath: ("a path with or without a query, such as /health or /health?deep=1", "^/[!-~]*$")
        case .checkAddress:
            ("an address in digits such as 10.0.0.11, or unix:/run/health.sock", "^(unix:.+|[0-9A-Fa-f:.]+)$")
        case .checkStatuses:
            (
                "a status such as 200, a class such as 2xx or a range such as 200-399",
                "^([1-5][0-9]{2}(-[1-5][0-9]{2})?|[1-5]xx)$"
            )
        case .regularExpression:
            (
                "a regular expression of at most \(Balancing.Limits.expressionBytesMax) bytes, such as \"^ok|ready$\"",
                "^.+$"
            )
        case .authorities: ("the path of a file of certificates in PEM", "^.+$")
        case .user:
            (
                "the name of a user such as martlet, or with a group martlet:adm",
                "^[A-Za-z0-9_][A-Za-z0-9_.-]*\\$?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$"
            )
        case .fileName: ("the name of a file, such as index.html", "^[^/.][^/]{0,254}$")
        }
    }
}
