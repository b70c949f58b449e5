import Glibc

/// The target that `MARTLET_FUZZ_TARGET` names.
let target: @Sendable ([UInt8]) -> Void = {
    let name = unsafe getenv("MARTLET_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    switch name {
    case "request-head": return RequestHeadTarget.take
    case "answer-head": return AnswerHeadTarget.take
    case "chunks": return ChunksTarget.take
    case "cookies": return CookiesTarget.take
    case "parameters": return ParametersTarget.take
    case "proxy-header": return ProxyHeaderTarget.take
    case "http2-fields": return HTTP2FieldsTarget.take
    default: fatalError("MARTLET_FUZZ_TARGET names no target: \(name)")
    }
}()
