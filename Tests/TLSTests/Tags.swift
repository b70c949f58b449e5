import Testing

extension Tag {
    @Tag static var tls: Self
}
