import NIOCore

@testable import KoaKit

extension [UInt8] {
    /// What this inflates to.
    func inflated(_ coding: ContentCoding) throws -> [UInt8] {
        let inflater = try Inflater(coding, maximumRatio: 2_000)
        var input = ByteBuffer(bytes: self)
        var output: [UInt8] = []
        while let piece = try inflater.inflate(&input) { output += piece.readableBytesView }
        try inflater.finish()
        return output
    }

    /// This, deflated.
    func deflated(_ coding: ContentCoding) throws -> [UInt8] {
        Array(buffer: try Deflater(coding, level: 6).deflate(ByteBuffer(bytes: self), .finish))
    }
}
