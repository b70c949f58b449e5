import Bytes

/// The media type of a file by the suffix of its name (RFC 6838).
///
/// Without `charset`, as nginx and Apache have it: a page says itself what it is written in, and older ones differ.
public enum MediaTypes {
    /// The type of what no suffix tells of.
    public static let unknown: StaticString = "application/octet-stream"

    /// The type of a file.
    ///
    /// - Parameter path: a path of ``FilePath``; what is behind the last dot of its last segment counts, in any case.
    public static func type(of path: Span<UInt8>) -> StaticString {
        var start = path.count
        while start > 0, path[start - 1] != UInt8(ascii: "."), path[start - 1] != UInt8(ascii: "/") { start -= 1 }
        // A dot at the name's begin hides it and has no suffix behind it.
        guard start > 1, path[start - 1] == UInt8(ascii: "."), path[start - 2] != UInt8(ascii: "/") else {
            return unknown
        }
        let suffix = path.extracting(start..<path.count)
        guard suffix.count <= 8 else {
            return suffix.equalsIgnoringCase("webmanifest") ? "application/manifest+json" : unknown
        }
        // A NUL at the end would read like the padding.
        guard let last = suffix.indices.last, suffix[last] != 0 else { return unknown }
        let word = suffix.word(at: 0, count: suffix.count).asciiLowercased
        return pages(word) ?? images(word) ?? media(word) ?? texts(word) ?? documents(word) ?? archives(word) ?? unknown
    }

    /// What pages are made of.
    private static func pages(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "html"), UInt64(ascii: "htm"), UInt64(ascii: "shtml"): "text/html"
        case UInt64(ascii: "xhtml"), UInt64(ascii: "xht"): "application/xhtml+xml"
        case UInt64(ascii: "css"): "text/css"
        case UInt64(ascii: "js"), UInt64(ascii: "mjs"), UInt64(ascii: "cjs"): "text/javascript"
        case UInt64(ascii: "json"), UInt64(ascii: "map"): "application/json"
        case UInt64(ascii: "wasm"): "application/wasm"
        case UInt64(ascii: "xml"), UInt64(ascii: "xsd"), UInt64(ascii: "dtd"): "application/xml"
        case UInt64(ascii: "xsl"), UInt64(ascii: "xslt"): "application/xslt+xml"
        case UInt64(ascii: "atom"): "application/atom+xml"
        case UInt64(ascii: "rss"): "application/rss+xml"
        case UInt64(ascii: "jsonld"): "application/ld+json"
        case UInt64(ascii: "geojson"): "application/geo+json"
        default: nil
        }
    }

    /// Texts and data.
    private static func texts(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "txt"), UInt64(ascii: "text"), UInt64(ascii: "log"), UInt64(ascii: "conf"): "text/plain"
        case UInt64(ascii: "md"), UInt64(ascii: "markdown"): "text/markdown"
        case UInt64(ascii: "csv"): "text/csv"
        case UInt64(ascii: "tsv"): "text/tab-separated-values"
        case UInt64(ascii: "ics"): "text/calendar"
        case UInt64(ascii: "vcf"): "text/vcard"
        case UInt64(ascii: "vtt"): "text/vtt"
        case UInt64(ascii: "srt"): "application/x-subrip"
        case UInt64(ascii: "yaml"), UInt64(ascii: "yml"): "application/yaml"
        case UInt64(ascii: "toml"): "application/toml"
        case UInt64(ascii: "sql"): "application/sql"
        case UInt64(ascii: "gpx"): "application/gpx+xml"
        case UInt64(ascii: "kml"): "application/vnd.google-earth.kml+xml"
        case UInt64(ascii: "kmz"): "application/vnd.google-earth.kmz"
        default: nil
        }
    }

    /// Images and fonts.
    private static func images(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "png"): "image/png"
        case UInt64(ascii: "apng"): "image/apng"
        case UInt64(ascii: "jpg"), UInt64(ascii: "jpeg"), UInt64(ascii: "jpe"), UInt64(ascii: "jfif"): "image/jpeg"
        case UInt64(ascii: "gif"): "image/gif"
        case UInt64(ascii: "webp"): "image/webp"
        case UInt64(ascii: "avif"): "image/avif"
        case UInt64(ascii: "svg"): "image/svg+xml"
        case UInt64(ascii: "ico"), UInt64(ascii: "cur"): "image/x-icon"
        case UInt64(ascii: "bmp"): "image/bmp"
        case UInt64(ascii: "tif"), UInt64(ascii: "tiff"): "image/tiff"
        case UInt64(ascii: "heic"): "image/heic"
        case UInt64(ascii: "heif"): "image/heif"
        case UInt64(ascii: "jxl"): "image/jxl"
        case UInt64(ascii: "psd"): "image/vnd.adobe.photoshop"
        case UInt64(ascii: "woff"): "font/woff"
        case UInt64(ascii: "woff2"): "font/woff2"
        case UInt64(ascii: "ttf"): "font/ttf"
        case UInt64(ascii: "otf"): "font/otf"
        case UInt64(ascii: "ttc"): "font/collection"
        case UInt64(ascii: "eot"): "application/vnd.ms-fontobject"
        default: nil
        }
    }

    /// Sound, films and models.
    private static func media(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "mp3"): "audio/mpeg"
        case UInt64(ascii: "m4a"): "audio/mp4"
        case UInt64(ascii: "aac"): "audio/aac"
        case UInt64(ascii: "ogg"), UInt64(ascii: "oga"), UInt64(ascii: "opus"): "audio/ogg"
        case UInt64(ascii: "flac"): "audio/flac"
        case UInt64(ascii: "wav"): "audio/wav"
        case UInt64(ascii: "weba"): "audio/webm"
        case UInt64(ascii: "mid"), UInt64(ascii: "midi"): "audio/midi"
        case UInt64(ascii: "mp4"): "video/mp4"
        case UInt64(ascii: "m4v"): "video/x-m4v"
        case UInt64(ascii: "webm"): "video/webm"
        case UInt64(ascii: "ogv"): "video/ogg"
        case UInt64(ascii: "mov"): "video/quicktime"
        case UInt64(ascii: "avi"): "video/x-msvideo"
        case UInt64(ascii: "mkv"): "video/matroska"
        case UInt64(ascii: "mpg"), UInt64(ascii: "mpeg"): "video/mpeg"
        case UInt64(ascii: "ts"), UInt64(ascii: "m2ts"): "video/mp2t"
        case UInt64(ascii: "3gp"): "video/3gpp"
        case UInt64(ascii: "wmv"): "video/x-ms-wmv"
        case UInt64(ascii: "flv"): "video/x-flv"
        case UInt64(ascii: "m3u8"): "application/vnd.apple.mpegurl"
        case UInt64(ascii: "mpd"): "application/dash+xml"
        case UInt64(ascii: "glb"): "model/gltf-binary"
        case UInt64(ascii: "gltf"): "model/gltf+json"
        case UInt64(ascii: "stl"): "model/stl"
        case UInt64(ascii: "usdz"): "model/vnd.usdz+zip"
        default: nil
        }
    }

    /// Documents.
    private static func documents(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "pdf"): "application/pdf"
        case UInt64(ascii: "rtf"): "application/rtf"
        case UInt64(ascii: "ps"), UInt64(ascii: "eps"), UInt64(ascii: "ai"): "application/postscript"
        case UInt64(ascii: "epub"): "application/epub+zip"
        case UInt64(ascii: "doc"), UInt64(ascii: "dot"): "application/msword"
        case UInt64(ascii: "xls"): "application/vnd.ms-excel"
        case UInt64(ascii: "ppt"): "application/vnd.ms-powerpoint"
        case UInt64(ascii: "msg"): "application/vnd.ms-outlook"
        case UInt64(ascii: "docx"): "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case UInt64(ascii: "xlsx"): "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case UInt64(ascii: "pptx"): "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case UInt64(ascii: "odt"): "application/vnd.oasis.opendocument.text"
        case UInt64(ascii: "ods"): "application/vnd.oasis.opendocument.spreadsheet"
        case UInt64(ascii: "odp"): "application/vnd.oasis.opendocument.presentation"
        case UInt64(ascii: "odg"): "application/vnd.oasis.opendocument.graphics"
        default: nil
        }
    }

    /// Archives, programs and certificates.
    private static func archives(_ suffix: UInt64) -> StaticString? {
        switch suffix {
        case UInt64(ascii: "zip"): "application/zip"
        case UInt64(ascii: "gz"), UInt64(ascii: "tgz"): "application/gzip"
        case UInt64(ascii: "bz2"): "application/x-bzip2"
        case UInt64(ascii: "xz"): "application/x-xz"
        case UInt64(ascii: "zst"): "application/zstd"
        case UInt64(ascii: "7z"): "application/x-7z-compressed"
        case UInt64(ascii: "rar"): "application/vnd.rar"
        case UInt64(ascii: "tar"): "application/x-tar"
        case UInt64(ascii: "jar"), UInt64(ascii: "war"), UInt64(ascii: "ear"): "application/java-archive"
        case UInt64(ascii: "apk"): "application/vnd.android.package-archive"
        case UInt64(ascii: "deb"): "application/vnd.debian.binary-package"
        case UInt64(ascii: "rpm"): "application/x-rpm"
        case UInt64(ascii: "dmg"): "application/x-apple-diskimage"
        case UInt64(ascii: "iso"): "application/x-iso9660-image"
        case UInt64(ascii: "exe"), UInt64(ascii: "dll"): "application/vnd.microsoft.portable-executable"
        case UInt64(ascii: "msi"): "application/x-msi"
        case UInt64(ascii: "jnlp"): "application/x-java-jnlp-file"
        case UInt64(ascii: "xpi"): "application/x-xpinstall"
        case UInt64(ascii: "crt"), UInt64(ascii: "der"): "application/x-x509-ca-cert"
        case UInt64(ascii: "pem"): "application/x-pem-file"
        case UInt64(ascii: "cer"): "application/pkix-cert"
        case UInt64(ascii: "crl"): "application/pkix-crl"
        default: nil
        }
    }
}
