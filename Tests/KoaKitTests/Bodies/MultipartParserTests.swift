import NIOCore
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct MultipartParserTests {
    struct Part: Equatable {
        var header: MultipartHeader
        var content: [UInt8] = []

        init(_ name: String, filename: String? = nil, type: String? = nil, _ content: String = "") {
            header = MultipartHeader(name: name, filename: filename, contentType: type)
            self.content = Array(content.utf8)
        }

        init(_ header: MultipartHeader) { self.header = header }
    }

    private func parts(
        _ pieces: [[UInt8]], boundary: String = "b", _ options: MultipartOptions = MultipartOptions()
    ) throws -> [Part] {
        var parser = MultipartParser(boundary: boundary, limits: options)
        var parts: [Part] = []
        var isInPart = false
        func take(_ event: MultipartParser.Event?) -> Bool {
            switch event {
            case .part(let header):
                #expect(!isInPart)
                isInPart = true
                parts.append(Part(header))
            case .content(let bytes):
                #expect(isInPart && bytes.readableBytes > 0)
                parts[parts.count - 1].content += bytes.readableBytesView
            case .partEnd:
                #expect(isInPart)
                isInPart = false
            case .end, nil: return false
            }
            return true
        }
        for piece in pieces {
            parser.append(ByteBuffer(bytes: piece))
            while take(try parser.next()) {}
        }
        parser.finish()
        while take(try parser.next()) {}
        #expect(try parser.next() == .end)
        return parts
    }

    private func parts(_ text: String, _ options: MultipartOptions = MultipartOptions()) throws -> [Part] {
        try parts([Array(text.utf8)], options)
    }

    private static let sample = [
        "preamble, --b is no boundary here", "--b", "Content-Disposition: form-data; name=\"a\"", "", "one", "--b",
        "content-disposition:form-data;name=file; filename=\"C:\\dir\\é \\\"x\\\".txt\"", "Content-Type: text/plain",
        "",
        "--", "--", "-b", "", "\r\r--", "--b", "Content-Disposition: form-data; name=\"\"", "", "", "--b",
        "Content-Disposition: form-data; name=last", "", "--b--", "epilogue", "",
    ].joined(separator: "\r\n")

    private static let sampleParts = [
        Part("a", "one"), Part("file", filename: "é \"x\".txt", type: "text/plain", "--\r\n--\r\n-b\r\n\r\n\r\r--"),
        Part("", ""), Part("last", ""),
    ]

    @Test func `any split gives the same parts`() throws {
        let bytes = Array(Self.sample.utf8)
        #expect(try parts([bytes]) == Self.sampleParts)
        for first in 0...bytes.count {
            #expect(try parts([Array(bytes[..<first]), Array(bytes[first...])]) == Self.sampleParts)
        }
        #expect(try parts(bytes.map { [$0] }) == Self.sampleParts)
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 { #expect(try parts(bytes.chunks(ofAtMost: 9, &random)) == Self.sampleParts) }
    }

    @Test func `any content comes out as it went in`() throws {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("\r\n--bx".utf8) + [0, 0xFF]
        for _ in 0..<3_000 {
            let contents = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                (0..<Int.random(in: 0..<30, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            }
            // A client chooses a boundary that is not in what it sends.
            let delimiter = Array("\r\n--bbb-".utf8)
            guard !contents.contains(where: { ByteBuffer(bytes: [13, 10] + $0).find(delimiter).isWhole }) else {
                continue
            }
            var body: [UInt8] = []
            for (index, content) in contents.enumerated() {
                body += Array("--bbb-\r\nContent-Disposition: form-data; name=\(index)\r\n\r\n".utf8)
                body += content + [13, 10]
            }
            body += Array("--bbb---".utf8)
            let parsed = try parts(body.chunks(ofAtMost: 20, &random), boundary: "bbb-")
            #expect(parsed.map(\.content) == contents)
        }
    }

    @Test func `hostile bytes end in 400 or 413, and never crash nor hang`() throws {
        var random = SeededGenerator(seed: 6)
        let sample = Array(Self.sample.utf8)
        var options = MultipartOptions()
        options.headerBytes = 100
        for _ in 0..<10_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: Array("\r\n--b".utf8), at: at)
                default: bytes.removeSubrange(at...)
                }
                if bytes.isEmpty { bytes = [13] }
            }
            do {
                _ = try parts(bytes.chunks(ofAtMost: 50, &random), options)
            } catch let error as HTTPError {
                #expect(error.status == 400 && error.reason == .malformedBody || error.status == 413)
            }
        }
    }

    private static let head = "--b\r\nContent-Disposition: form-data; name=a\r\n"

    @Test(arguments: [
        "", "--b", "--b-", "--b\r\n", "--c--", " --b--", "\n--b--", head, head + "\r\nx", head + "\r\nx\r\n--b",
        head + "\r\nx\r\n--b-", head + "\r\nx\r\n--bb--", head + "\r\nx\r\n--b \r\n", head + "\r\nx\n--b--",
        "--b\r\n\r\nx\r\n--b--", "--b\r\nX: y\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a b\r\n\r\nx\r\n--b--",
        head + "Content-Disposition: form-data; name=a\r\n\r\nx\r\n--b--", head + "Bad Name: x\r\n\r\nx\r\n--b--",
        head + " folded\r\n\r\nx\r\n--b--", head + "no colon\r\n\r\nx\r\n--b--", head + "X: a\nY: b\r\n\r\nx\r\n--b--",
        head + "X: a\rY: b\r\n\r\nx\r\n--b--", head + "X: \u{0}\r\n\r\nx\r\n--b--",
        head + "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
    ])
    func `what is malformed or breaks off is 400`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try parts(text) }
        #expect(error?.status == 400)
        #expect(error?.reason == .malformedBody)
    }

    @Test(arguments: [
        ("a.txt", "a.txt"), ("/etc/passwd", "passwd"), ("../../x", "x"), ("C:\\\\a\\\\b.txt", "b.txt"), ("..", ""),
        (".", ""), ("a/", ""), ("a/..", ""), ("", ""), ("a\tb", "ab"), ("你.png", "你.png"), (".bashrc", ".bashrc"),
    ])
    func `a filename is the last component of what was sent`(sent: String, kept: String) throws {
        let form = "--b\r\nContent-Disposition: form-data; name=a; filename=\"\(sent)\"\r\n\r\nx\r\n--b--"
        #expect(try parts(form).first?.header.filename == kept)
    }

    @Test func `each limit is 413 beyond it and not at it`() throws {
        func part(_ content: String, filename: Bool = false, padding: Int = 0) -> String {
            Self.head.dropLast() + (filename ? "; filename=f" : "") + "\r\n"
                + (padding > 0 ? "X: " + String(repeating: "x", count: padding) + "\r\n" : "") + "\r\n\(content)\r\n"
        }
        let forms: [(WritableKeyPath<MultipartOptions, Int>, Int, String)] = [
            (\.parts, 2, part("") + part("")), (\.files, 1, part("a", filename: true) + part("a")),
            (\.fieldBytes, 5, part("abc") + part("de") + part("abcdef", filename: true)),
            (\.fileBytes, 5, part("abc", filename: true) + part("de", filename: true) + part("abcdef")),
            (\.headerBytes, 80, part("", padding: 80 - 43)),
            (\.headerBytes, 80, String(repeating: "x", count: 80 - 2) + "\r\n" + part("")),
        ]
        for (path, limit, form) in forms {
            var options = MultipartOptions()
            options[keyPath: path] = limit
            #expect(throws: Never.self) { try parts(form + "--b--", options) }
            options[keyPath: path] = limit - 1
            let error = #expect(throws: HTTPError.self, "\(form)") { try parts(form + "--b--", options) }
            #expect(error?.status == 413)
            #expect(error?.reason == .payloadTooLarge)
        }
    }
}
