import NIOCore
import NIOPosix
import NIOSSL
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.enabled(if: TestCertificates.isAvailable, "openssl not found")) struct RenewableSecurityTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.any()
    private let certificates: TestCertificates
    private let start = NIODeadline.now()

    init() throws { certificates = try TestCertificates() }

    private func security(_ file: String) -> RenewableSecurity {
        var tls = RedisTLS()
        tls.certificateAuthorityFile = file
        return RenewableSecurity(tls)
    }

    private func context(_ security: RenewableSecurity, after pause: TimeAmount) async throws -> NIOSSLContext? {
        switch try await security.current(on: loop, now: start + pause).get() {
        case .tls(let context, _): context
        case .none, .unusable: nil
        }
    }

    @Test func `files are read again for a connection that comes a second later, and not before`() async throws {
        let security = security(certificates.authority)
        let first = try #require(try await context(security, after: .zero))
        #expect(try await context(security, after: .milliseconds(900)) === first)
        let later = try #require(try await context(security, after: .seconds(60)))
        #expect(later !== first)
        #expect(try await context(security, after: .milliseconds(60_900)) === later)
    }

    @Test func `files that are unusable for a moment leave what was read before`() async throws {
        let file = try certificates.copy(of: certificates.authority, as: "trusted.pem")
        let security = security(file)
        let first = try #require(try await context(security, after: .zero))
        let key = try certificates.issue("other", for: "DNS:other").key
        _ = try certificates.copy(of: key, as: "trusted.pem")
        #expect(try await context(security, after: .seconds(60)) === first)
        _ = try certificates.copy(of: certificates.authority, as: "trusted.pem")
        #expect(try await context(security, after: .seconds(120)) !== first)
    }

    @Test func `files that come after the client are found`() async throws {
        let key = try certificates.issue("other", for: "DNS:other").key
        let security = security(try certificates.copy(of: key, as: "trusted.pem"))
        #expect(try await context(security, after: .zero) == nil)
        _ = try certificates.copy(of: certificates.authority, as: "trusted.pem")
        #expect(try await context(security, after: .seconds(60)) != nil)
    }

    @Test func `the authorities of the system are read once`() async throws {
        let security = RenewableSecurity(RedisTLS())
        let first = try #require(try await context(security, after: .zero))
        #expect(try await context(security, after: .seconds(60)) === first)
    }
}
