#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension AuthorizedWeChatClient {
    /// Asks when WeChat encrypted some phone data, within the last three days.
    ///
    /// - Parameters:
    ///   - data: What a client sent.
    ///   - form: What of it is hashed. Default: the Base64 text.
    /// - Returns: When it was encrypted; `nil` when WeChat does not know it.
    /// - Throws: ``WeChatError`` when WeChat does not say.
    /// - SeeAlso: WeChat Mini Program API, user-info.checkEncryptedData.
    public func encryptionTime(
        of data: EncryptedOpenData, hashing form: EncryptedOpenData.HashedForm = .text
    ) async throws(WeChatError) -> Date? {
        let request = EncryptedDataRequest(hash: data.messageHash(of: form))
        do throws(WeChatError) {
            let answer = try await perform { token in
                WeChatCall<EncryptedDataAnswer>(
                    "checkEncryptedData", path: "/wxa/business/checkencryptedmsg",
                    query: ["access_token": token.rawValue], body: request, repetition: .idempotent)
            }
            return answer.isValid ? Date(timeIntervalSince1970: Double(answer.createdAt)) : nil
        } catch {
            guard error.errcode == EncryptedDataAnswer.unknownData else { throw error }
            return nil
        }
    }
}

private struct EncryptedDataRequest: Encodable {
    let hash: String

    private enum CodingKeys: String, CodingKey {
        case hash = "encrypted_msg_hash"
    }
}

private struct EncryptedDataAnswer: Decodable, Sendable {
    /// The errcode of "data not exit".
    static let unknownData = 1

    let isValid: Bool
    let createdAt: Int

    private enum CodingKeys: String, CodingKey {
        case isValid = "vaild"
        case createdAt = "create_time"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isValid = try container.decode(Bool.self, forKey: .isValid)
        createdAt = try container.decodeIfPresent(WireInteger.self, forKey: .createdAt)?.value ?? 0
    }
}
