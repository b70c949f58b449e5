/// What a server of the demo is asked.
struct DemoRequest {
    /// The target's path.
    let path: String
    /// The value of the cookie JSESSIONID; `nil`: none came.
    let session: String?
}

/// What a server of the demo answers.
struct DemoAnswer {
    /// Code and reason.
    var status = "200 OK"
    /// Fields that only this answer has, each with its CR LF.
    var fields = ""
    /// The content's media type.
    var type = "text/plain"
    /// The content.
    let content: String
}
