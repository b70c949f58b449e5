import Testing

extension Tag {
    @Tag static var balancing: Self
    @Tag static var fuzz: Self
}
