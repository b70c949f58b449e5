// swift-tools-version:6.2
import PackageDescription

// What deploy/sanitize.sh builds with. Packages of others are left out, as the compiler fails on swift-collections
// there, and tests that look at no code in this process.
let sanitizer = Context.environment["MARTLET_SANITIZER"].map { ["-sanitize=\($0)"] } ?? []
let linking: [LinkerSetting] = sanitizer.isEmpty ? [] : [.unsafeFlags(sanitizer)]

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
]
let compiling = settings + (sanitizer.isEmpty ? [] : [.unsafeFlags(sanitizer)])

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: compiling)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: compiling,
        linkerSettings: linking)
}

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        // libc-ares-dev.
        .target(name: "CCares", linkerSettings: [.linkedLibrary("cares")]),
        .systemLibrary(name: "CSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CBrotliDecoder", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // Its package comes with the C library's.
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),

        room("Bytes", []),
        room("Reactor", ["Bytes", "CCares", "CCrypt", "CLinux"]),
        room("TLS", ["Bytes", "CSSL", "CLinux"]),
        room(
            "HTTP",
            [
                "Bytes", "CNGHTTP2", "CZlib", "CISAL", "CBrotli", "CZstd",
                .product(name: "BasicContainers", package: "swift-collections"),
            ]),
        room("Session", ["Bytes"]),
        room("Balancing", ["Bytes", .product(name: "BasicContainers", package: "swift-collections")]),
        room("Limiting", ["Bytes"]),
        room("Model", ["Balancing", "Limiting", "Session"]),
        room(
            "Forwarding",
            [
                "Bytes", "Reactor", "TLS", "HTTP", "Session", "Balancing", "Limiting", "Model",
                .product(name: "BasicContainers", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        room(
            "Configuration",
            [
                "Forwarding", "Model", "Balancing", "Limiting", "Session", "TLS",
                .product(name: "Yams", package: "Yams"),
            ]),
        // Hummingbird's own Configuration (swift-configuration) gets another name.
        room(
            "Control",
            [
                "Forwarding", "Reactor",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(
                    name: "Hummingbird", package: "hummingbird",
                    moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(
                    name: "HummingbirdCore", package: "hummingbird",
                    moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Configuration", "Control", "Forwarding", "Model", "Bytes", "HTTP", "Reactor", "Session",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: compiling,
            linkerSettings: linking),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: compiling),
        tests("HTTPTests", ["HTTP", "Bytes", "TestSupport", "CZlib", "CBrotliDecoder", "CZstd"]),
        tests("SessionTests", ["Session", "Bytes", "TestSupport"]),
        tests("BalancingTests", ["Balancing", "TestSupport"]),
        tests("LimitingTests", ["Limiting", "Bytes", "TestSupport"]),
        tests("BytesTests", ["Bytes", "TestSupport"]),
        tests("ReactorTests", ["Reactor", "Bytes", "CLinux", "TestSupport"]),
        tests("TLSTests", ["TLS", "Reactor", "Bytes", "CSSL", "Session", "TestSupport"]),
        tests(
            "ConfigurationTests",
            [
                "Configuration", "Forwarding", "Limiting", "Model", "HTTP", "TLS", "TestSupport",
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.copy("Broken"), .copy("Cured"), .copy("Valid")]),
        tests(
            "ForwardingTests",
            [
                "Forwarding", "Configuration", "Model", "Balancing", "HTTP", "TLS", "Bytes", "Reactor",
                "TestSupport", .product(name: "Logging", package: "swift-log"),
            ]),
    ]
        + (sanitizer.isEmpty
            ? [
                tests(
                    "EndToEndTests", ["CLinux", "TestSupport"], exclude: ["Moves/Fronts", "Scripts", "Thresholds"]),
                tests("TidyTests", []),
            ] : [])
)
