import Testing

extension Tag {
    @Tag static var session: Self
    @Tag static var fuzz: Self
}
