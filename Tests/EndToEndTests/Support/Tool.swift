import Foundation

/// A program that the tests need, with the Debian package that has it.
///
/// A missing one fails the test with the package's name; nothing is skipped.
enum Tool: String, CaseIterable {
    case apache2
    case brotli
    case callgrindControl = "callgrind_control"
    case chromium
    case curl
    case dnsmasq
    case gcc
    case gzip
    case h2load
    case haproxy
    case htpasswd
    case debootstrap
    case ip
    case java
    case lintian
    case logrotate
    case nghttp, nghttpd
    case nginx
    case node
    case openssl
    case php
    case phpFPM = "php-fpm8.2"
    case prlimit
    case prometheus, promtool
    case setpriv
    case python3
    case readelf
    case strip
    case systemdAnalyze = "systemd-analyze"
    case valgrind
    case wrk
    case zstd

    /// The Debian 12 package to install.
    var package: String {
        switch self {
        // Unlike apache2, without a service.
        case .apache2: "apache2-bin"
        case .brotli: "brotli"
        case .callgrindControl, .valgrind: "valgrind"
        case .chromium: "chromium"
        case .curl: "curl"
        // Unlike dnsmasq, without a service.
        case .dnsmasq: "dnsmasq-base"
        case .gcc: "gcc"
        case .gzip: "gzip"
        case .haproxy: "haproxy"
        case .h2load, .nghttp: "nghttp2-client"
        case .htpasswd: "apache2-utils"
        // Its compiler runs a client from its source.
        case .debootstrap: "debootstrap"
        case .ip: "iproute2"
        case .lintian: "lintian"
        case .java: "openjdk-17-jdk-headless"
        case .logrotate: "logrotate"
        case .nghttpd: "nghttp2-server"
        case .nginx: "nginx-light"
        case .node: "nodejs"
        case .openssl: "openssl"
        case .php: "php-cli"
        case .phpFPM: "php8.2-fpm"
        case .prlimit, .setpriv: "util-linux"
        case .prometheus, .promtool: "prometheus"
        case .python3: "python3"
        case .readelf, .strip: "binutils"
        case .systemdAnalyze: "systemd"
        case .wrk: "wrk"
        case .zstd: "zstd"
        }
    }

    /// Where the program is.
    ///
    /// Debian's own folders come first, so that a developer's other Python or curl is not picked up.
    func path() throws -> String {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"] + search.split(separator: ":").map(String.init)
        for folder in folders {
            let candidate = folder + "/" + rawValue
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw HarnessError("\(rawValue) is missing: apt-get install \(package)")
    }

    /// Checks that a file of a package is there, for what is not a program (Tomcat's libraries).
    static func require(file: String, package: String) throws -> String {
        guard FileManager.default.fileExists(atPath: file) else {
            throw HarnessError("\(file) is missing: apt-get install \(package)")
        }
        return file
    }
}
