// swift-tools-version: 6.3

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "wechat-login", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "fixed-json-server",
            dependencies: [.product(name: "KoaKit", package: "wechat-login")],
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        )
    ]
)
