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
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "wechat-login",
    products: [
        .library(name: "KoaKit", targets: ["KoaKit"]),
        .library(name: "KoaTesting", targets: ["KoaTesting"]),
        .library(name: "WeChatSandbox", targets: ["WeChatSandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(
            name: "KoaKit",
            dependencies: [nioCore, nioPosix, nioHTTP1, nioExtras, logging],
            swiftSettings: settings
        ),
        .target(
            name: "KoaTesting",
            dependencies: ["KoaKit", nioCore, nioPosix, nioHTTP1],
            swiftSettings: settings
        ),
        .target(
            name: "WeChatSandbox",
            dependencies: ["KoaKit", nioCore, nioHTTP1, crypto, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KoaKitTests",
            dependencies: ["KoaKit", "KoaTesting", nioCore, nioPosix, nioEmbedded, nioHTTP1, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeChatSandboxTests",
            dependencies: ["WeChatSandbox", "KoaKit", "KoaTesting", logging],
            swiftSettings: settings
        ),
    ]
)
