// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let inMemoryLogging = Target.Dependency.product(name: "InMemoryLogging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "wechat-login",
    products: [
        .executable(name: "wechat-login", targets: ["wechat-login"]),
        .library(name: "KoaKit", targets: ["KoaKit"]),
        .library(name: "KoaJWT", targets: ["KoaJWT"]),
        .library(name: "KoaTesting", targets: ["KoaTesting"]),
        .library(name: "RedisClient", targets: ["RedisClient"]),
        .library(name: "RelationalStore", targets: ["RelationalStore"]),
        .library(name: "PrometheusMetrics", targets: ["PrometheusMetrics"]),
        .library(name: "WeChatAPI", targets: ["WeChatAPI"]),
        .library(name: "LoginService", targets: ["LoginService"]),
        .library(name: "WeChatSandbox", targets: ["WeChatSandbox"]),
    ],
    traits: [
        .default(enabledTraits: ["MySQL", "PostgreSQL"]),
        .trait(name: "MySQL", description: "The MySQL and MariaDB driver; needs libmariadb."),
        .trait(name: "PostgreSQL", description: "The PostgreSQL driver; needs libpq."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(
            name: "LoginService",
            dependencies: [
                "KoaKit", "KoaJWT", "PrometheusMetrics", "RedisClient", "RelationalStore", "WeChatAPI", nioCore,
                nioPosix, nioHTTP1, crypto, jwtKit, logging, coreMetrics, configuration, serviceLifecycle,
                systemPackage,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "wechat-login",
            dependencies: [
                "LoginService", "KoaKit", "PrometheusMetrics", "WeChatAPI", "WeChatSandbox", argumentParser, logging,
                coreMetrics, serviceLifecycle, unixSignals,
            ],
            swiftSettings: settings
        ),
        .target(name: "PrometheusMetrics", dependencies: [coreMetrics], swiftSettings: settings),
        .target(
            name: "WeChatAPI",
            dependencies: [asyncHTTPClient, nioCore, nioHTTP1, nioSSL, crypto, cryptoExtras, logging],
            swiftSettings: settings
        ),
        .target(name: "CHiredis", linkerSettings: [.linkedLibrary("hiredis")]),
        .target(
            name: "RedisClient",
            dependencies: ["CHiredis", nioCore, nioPosix, nioTLS, nioSSL, crypto, logging, metrics, tracing],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "RelationalStore",
            dependencies: [
                "CSQLite", .target(name: "CMariaDB", condition: .when(traits: ["MySQL"])),
                .target(name: "CLibPQ", condition: .when(traits: ["PostgreSQL"])), nioCore, nioPosix, logging, metrics,
            ],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "KoaKit",
            dependencies: [
                "CZlib", nioCore, nioPosix, nioHTTP1, nioExtras, nioTLS, nioSSL, nioHPACK, nioHTTP2, crypto, logging,
                metrics, tracing,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "KoaJWT",
            dependencies: ["KoaKit", nioCore, nioHTTP1, jwtKit, logging],
            swiftSettings: settings
        ),
        .target(
            name: "WeChatSandbox",
            dependencies: ["KoaKit", nioCore, nioHTTP1, crypto, cryptoExtras, logging],
            swiftSettings: settings
        ),
        .target(
            name: "KoaTesting",
            dependencies: ["KoaKit", nioCore, nioPosix, nioHTTP1],
            swiftSettings: settings
        ),

        .executableTarget(name: "hello", dependencies: ["KoaKit"], path: "Examples/Hello", swiftSettings: settings),
        .executableTarget(name: "todos", dependencies: ["KoaKit"], path: "Examples/Todos", swiftSettings: settings),
        .executableTarget(
            name: "clock",
            dependencies: ["KoaKit", logging, serviceLifecycle, unixSignals],
            path: "Examples/Clock",
            swiftSettings: settings
        ),

        .target(name: "ProcessFixture", path: "Tests/ProcessFixture", swiftSettings: settings),
        .target(
            name: "RedisServerFixture",
            dependencies: ["ProcessFixture"],
            path: "Tests/RedisServerFixture",
            swiftSettings: settings
        ),
        .target(
            name: "MariaDBFixture",
            dependencies: ["ProcessFixture"],
            path: "Tests/MariaDBFixture",
            swiftSettings: settings
        ),
        .target(
            name: "PostgreSQLFixture",
            dependencies: ["ProcessFixture"],
            path: "Tests/PostgreSQLFixture",
            swiftSettings: settings
        ),
        .testTarget(
            name: "KoaKitTests",
            dependencies: [
                "KoaKit", "KoaTesting", "ProcessFixture", nioCore, nioPosix, nioEmbedded, nioHTTP1, nioSSL, nioHPACK,
                nioHTTP2,
                crypto, logging,
                inMemoryLogging, metrics, metricsTestKit, tracing, inMemoryTracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KoaJWTTests",
            dependencies: ["KoaJWT", "KoaKit", "KoaTesting", nioHTTP1, jwtKit, cryptoExtras, logging, inMemoryLogging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ExamplesTests",
            dependencies: ["hello", "todos", "clock", "KoaKit", "KoaTesting", "ProcessFixture", nioCore, nioHTTP1],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisClientTests",
            dependencies: [
                "RedisClient", "ProcessFixture", "RedisServerFixture", nioCore, nioPosix, nioSSL, logging,
                inMemoryLogging, metrics, metricsTestKit, tracing, inMemoryTracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RelationalStoreTests",
            dependencies: [
                "RelationalStore", "ProcessFixture", "MariaDBFixture", "PostgreSQLFixture", nioCore, nioPosix, logging,
                inMemoryLogging, metrics, metricsTestKit,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: ["PrometheusMetrics", metrics],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeChatAPITests",
            dependencies: [
                "WeChatAPI", asyncHTTPClient, nioCore, nioPosix, crypto, cryptoExtras, logging, inMemoryLogging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeChatSandboxTests",
            dependencies: [
                "WeChatSandbox", "KoaKit", "KoaTesting", nioCore, crypto, cryptoExtras, logging, inMemoryLogging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LoginServiceTests",
            dependencies: [
                "LoginService", "wechat-login", "KoaKit", "KoaTesting", "WeChatAPI", "WeChatSandbox", "RedisClient",
                "RelationalStore", "ProcessFixture", "RedisServerFixture", "MariaDBFixture", "PostgreSQLFixture",
                nioCore, nioPosix, nioHTTP1, crypto, logging, inMemoryLogging, serviceLifecycle,
            ],
            swiftSettings: settings
        ),
    ]
)

// For `swift package generate-documentation` alone: nobody else needs to fetch and to build the plugin.
if Context.environment["KOAKIT_DOCC"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
