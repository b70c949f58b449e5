import HTTP
import Testing

@Suite("URIReference") struct URIReferenceTests {
    @Test(
        "RFC 3986 4.1: scheme, authority and path",
        arguments: [
            ("", nil, nil, ""), ("/", nil, nil, "/"), ("a/b?c:d", nil, nil, "a/b"), ("?q", nil, nil, ""),
            ("#f", nil, nil, ""), ("http:", "http", nil, ""), ("http://", "http", "", ""),
            ("http://a", "http", "a", ""), ("HTTPS://u@a:1/p/q?r#s", "HTTPS", "u@a:1", "/p/q"),
            ("//a/b", nil, "a", "/b"), ("//", nil, "", ""), ("///x", nil, "", "/x"), ("/a:b//c", nil, nil, "/a:b//c"),
            ("mailto:a@b", "mailto", nil, "a@b"), ("http://[::1]:80/x", "http", "[::1]:80", "/x"),
            ("http://a\\@b/x", "http", "a", "\\@b/x"), (":x", nil, nil, ":x"), ("x:y:z", "x", nil, "y:z"),
            ("http:/a", "http", nil, "/a"), ("http://a?b/c", "http", "a", ""), ("http://a#b/c", "http", "a", ""),
        ] as [(String, String?, String?, String)])
    func parts(_ text: String, _ scheme: String?, _ authority: String?, _ path: String) {
        let source = Array("<\(text)>".utf8)
        let reference = URIReference(source.span, in: 1..<source.count - 1)
        let words: (Range<Int>) -> String = { String(decoding: source[$0], as: UTF8.self) }
        #expect(reference.scheme.map(words) == scheme)
        #expect(reference.authority.map(words) == authority)
        #expect(words(reference.path) == path)
    }
}
