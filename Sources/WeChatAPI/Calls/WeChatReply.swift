/// WeChat's verdict on a call: lenient about errors, strict about success.
enum WeChatReply<Answer: Decodable & Sendable>: Decodable {
    case answer(Answer)
    case refusal(errcode: Int)

    private enum CodingKeys: String, CodingKey {
        case errcode
    }

    init(from decoder: any Decoder) throws {
        let errcode: Int
        do {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            errcode = try container.decodeIfPresent(WireInteger.self, forKey: .errcode)?.value ?? 0
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty {
            throw MalformedReply.notJSON
        } catch {
            throw MalformedReply.unusable(field: CodingKeys.errcode.rawValue)
        }
        // A refusal stays one whatever else the reply holds, an open ID included.
        guard errcode == 0 else {
            self = .refusal(errcode: errcode)
            return
        }
        do {
            self = .answer(try Answer(from: decoder))
        } catch let error as DecodingError {
            throw MalformedReply.unusable(field: error.field)
        }
    }
}

extension DecodingError {
    /// The name of the member that will not do: one that was asked for, never one that WeChat made up.
    fileprivate var field: String {
        switch self {
        case .keyNotFound(let key, _): key.stringValue
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.last?.stringValue ?? "reply"
        @unknown default: "reply"
        }
    }
}
