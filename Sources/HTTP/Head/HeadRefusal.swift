/// What can be wrong with a head.
public enum HeadRefusal: UInt8, CaseIterable, Sendable {
    case bareLineFeed, bareCarriageReturn, nulByte, controlByte, emptyLine, incomplete
    case requestLineMalformed, requestLineTooLong, methodInvalid, methodCase
    case targetInvalid, targetForm, targetScheme, targetUserinfo, proxyHeader
    case versionMalformed, versionUnsupported, statusLineMalformed
    case foldedField, fieldWithoutColon, spaceBeforeColon, emptyFieldName, fieldNameInvalid, fieldValueInvalid
    case fieldTooLong, tooManyFields, headTooLarge
    case hostMissing, hostRepeated, hostInvalid, hostDisagrees
    case lengthMalformed, lengthRepeated, lengthAndTransferCoding
    case transferCodingMalformed, transferCodingUnknown, transferCodingInHTTP10, chunkedNotLast
    case tooManyConnectionOptions
    case protocolUnsupported

    /// The status to answer a request with.
    public var status: Int {
        switch self {
        case .requestLineTooLong: 414
        case .fieldTooLong, .tooManyFields, .headTooLarge: 431
        case .transferCodingUnknown, .protocolUnsupported: 501
        case .versionUnsupported: 505
        default: 400
        }
    }

    /// The name of the reason in logs; it never changes.
    public var code: StaticString {
        switch self {
        case .bareLineFeed: "bare-line-feed"
        case .bareCarriageReturn: "bare-carriage-return"
        case .nulByte: "nul-byte"
        case .controlByte: "control-byte"
        case .emptyLine: "empty-line"
        case .incomplete: "incomplete-head"
        case .requestLineMalformed: "request-line-malformed"
        case .requestLineTooLong: "request-line-too-long"
        case .methodInvalid: "method-invalid"
        case .methodCase: "method-case"
        case .targetInvalid: "target-invalid"
        case .targetForm: "target-form"
        case .targetScheme: "target-scheme"
        case .targetUserinfo: "target-userinfo"
        case .proxyHeader: "proxy-header"
        case .versionMalformed: "version-malformed"
        case .versionUnsupported: "version-unsupported"
        case .statusLineMalformed: "status-line-malformed"
        case .foldedField: "folded-field"
        case .fieldWithoutColon: "field-without-colon"
        case .spaceBeforeColon: "space-before-colon"
        case .emptyFieldName: "empty-field-name"
        case .fieldNameInvalid: "field-name-invalid"
        case .fieldValueInvalid: "field-value-invalid"
        case .fieldTooLong: "field-too-long"
        case .tooManyFields: "too-many-fields"
        case .headTooLarge: "head-too-large"
        case .hostMissing: "host-missing"
        case .hostRepeated: "host-repeated"
        case .hostInvalid: "host-invalid"
        case .hostDisagrees: "host-disagrees"
        case .lengthMalformed: "length-malformed"
        case .lengthRepeated: "length-repeated"
        case .lengthAndTransferCoding: "length-and-transfer-coding"
        case .transferCodingMalformed: "transfer-coding-malformed"
        case .transferCodingUnknown: "transfer-coding-unknown"
        case .transferCodingInHTTP10: "transfer-coding-in-http-1.0"
        case .chunkedNotLast: "chunked-not-last"
        case .tooManyConnectionOptions: "too-many-connection-options"
        case .protocolUnsupported: "protocol-unsupported"
        }
    }
}
