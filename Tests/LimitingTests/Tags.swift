import Testing

extension Tag {
    @Tag static var limiting: Self
    @Tag static var fuzz: Self
}
