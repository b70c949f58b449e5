/// The kinds of text in a configuration.
extension EdgeTables {
    /// `address` of a listener.
    static let listenAddress = TextShape(
        "an address such as 127.0.0.1:8443, \"[::]:443\" or unix:/run/martlet.sock",
        pattern: "^(unix:.+|[0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$")
    /// `heartbeat-listen`.
    static let datagramAddress = TextShape(
        "an address of this machine such as 10.0.0.5:27999",
        pattern: "^([0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$")
    /// `url` of a member.
    static let memberURL = TextShape(
        "a URL such as http://10.0.0.11:8080, h2c://10.0.0.11:50051 or unix:/run/app.sock",
        pattern: "^(unix:.+|(http|h2c)://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?/?)$")
    /// `host` of a site, and a certificate's name.
    static let hostPattern = TextShape(
        "a host name such as shop.example.com or \"*.example.com\"",
        pattern: "^((\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+\\])$")
    /// A name under `paths`.
    static let pathPrefix = TextShape("a path that starts with /", pattern: "^/[^?#; ]*$")
    /// What stands under `paths`.
    static let balancerName = TextShape(
        "the name of a balancer", pattern: TextShape.name.pattern, isWord: true)
    /// `route` of a member: octets of a cookie's value (RFC 6265, section 4.1.1).
    static let route = TextShape(
        "a route such as node1 or master:g1-server1, of characters that a cookie's value may have",
        pattern: "^[!#-+.-:<-\\[\\]-~-]{1,128}$", isWord: true)
    /// `affinity.cookie`.
    static let cookieName = TextShape(
        "the name of a cookie, such as JSESSIONID", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$", isWord: true)
    /// `affinity.field`.
    static let fieldName = TextShape(
        "the name of a field, such as X-User", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$", isWord: true)
    /// `affinity.parameter`.
    static let parameterName = TextShape(
        "the name of a parameter, such as jsessionid", pattern: "^[A-Za-z0-9._~!$'()*+,@:-]{1,128}$", isWord: true)
    /// `affinity.separator`.
    static let separator = TextShape(
        "one character that is neither a letter nor a digit, such as . or !, or off",
        pattern: "^([!#$%&'()*+./:<>?@^_`{|}~-]|off)$")
    /// A piece of `compression.types`.
    static let mediaType = TextShape(
        "a media type such as text/html, text/* or application/*+json",
        pattern: "^[A-Za-z0-9!#$&^_.+-]+/([A-Za-z0-9!#$&^_.+-]+|\\*(\\+[A-Za-z0-9!#$&^_.+-]+)?)$")
    /// A piece of `trusted-proxies`.
    static let trustedProxy = TextShape(
        "an address range such as 10.0.0.0/8 or \"fd00::/8\", or a listener's unix:/run/martlet.sock",
        pattern: "^(unix:.+|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$")
    /// A piece of `explain-from`.
    static let addressRange = TextShape(
        "an address range such as 10.0.0.0/8 or \"fd00::/8\"", pattern: "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$")
}
