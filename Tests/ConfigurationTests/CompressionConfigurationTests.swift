import Configuration
import Forwarding
import HTTP
import Model
import Testing

/// What the corpus cannot show of `compression`, as it depends on the machine.
@Suite("Compression")
struct CompressionConfigurationTests {
    private func text(_ compression: String) -> String {
        """
        listeners: [ { address: 127.0.0.1:8080 } ]
        sites: [ { paths: { /: shop } } ]
        balancers: { shop: { members: { node1: "http://127.0.0.1:8081" } } }
        compression: \(compression)
        """
    }

    @Test("igzip on a processor that it is not written for is an error; left out, it is not")
    func processor() throws {
        let loader = ConfigurationLoader(readCertificates: nil, knowsProcessor: false)
        let errors = #expect(throws: ConfigurationErrors.self) {
            try loader.load(text: text("{ engine: igzip }"), file: "a.yaml")
        }
        #expect(
            errors?.description == """
                a.yaml:4:24: error: compression.engine: this processor lacks what igzip needs \
                (x86-64 with AVX2 and PCLMUL); write zlib, or leave it out to have each machine choose
                """)
        #expect(try loader.load(text: text("{ engine: zlib }"), file: "a.yaml").edge.compression.engine == .zlib)
        #expect(try loader.load(text: text("{ level: 2 }"), file: "a.yaml").edge.compression.engine == nil)
    }

    @Test("What may be declared is what the encoders have")
    func ranges() {
        #expect(CompressionConfiguration.igzipLevelMax == IGzipEncoder.levels.upperBound)
        #expect(CompressionConfiguration.brotliLevels == BrotliEncoder.levels)
        #expect(CompressionConfiguration.zstdLevels == ZstdEncoder.levels)
        for bits in [BrotliEncoder.windowBits, ZstdEncoder.windowBits] {
            #expect(CompressionConfiguration.windowBytes == 1 << bits.lowerBound...1 << bits.upperBound)
        }
    }

    @Test("the memory of an exchange gives way to codings where it is left out", arguments: ["br", "zstd"])
    func memory(_ coding: String) throws {
        let edge = try ConfigurationLoader(readCertificates: nil)
            .load(text: text("{ codings: [\(coding), gzip] }"), file: "a.yaml").edge
        let needs = ExchangeNeeds(
            listeners: edge.listeners, balancers: edge.balancers, compression: edge.compression)
        let least = edge.limits.exchangeMemoryLeast(needs)
        #expect(edge.limits.exchangeMemoryBytesMax == least && least > Model.Limits().exchangeMemoryBytesMax)
        #expect(least <= 2 << 20)
    }
}
