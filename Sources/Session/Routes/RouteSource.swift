/// Where in a request a route was found.
public enum RouteSource: UInt8, Sendable {
    /// In a path parameter, as `;jsessionid=…`.
    case path
    /// In a parameter of the query, as `?jsessionid=…`.
    case query
    /// In a cookie.
    case cookie

    /// The word for logs.
    public var name: StaticString {
        switch self {
        case .path: "path"
        case .query: "query"
        case .cookie: "cookie"
        }
    }
}
