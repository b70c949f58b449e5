import Testing

extension Tag {
    @Tag static var reactor: Self
    @Tag static var fuzz: Self
}
