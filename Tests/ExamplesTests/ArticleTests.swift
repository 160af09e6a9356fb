import Foundation
import Testing

/// Code that an article cannot take from a snippet, since it needs the module Testing.
@Suite struct ArticleTests {
    @Test func `the article on tests shows the code that is compiled here`() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let code = try String(contentsOf: sources.appending(path: "TestingArticleTests.swift"), encoding: .utf8)
        let article = try String(
            contentsOf: sources.appending(path: "../../Sources/KoaKit/KoaKit.docc/TestingAnApplication.md"),
            encoding: .utf8
        )
        let compiled = code.matches(of: /\/\/ article: (\w+)\n((?s:.*?))\/\/ article: end\n/)
        #expect(compiled.count == 3)
        for match in compiled where match.1 != "end" {
            let block = "<!-- test: \(match.1) -->\n```swift\n\(match.2)```\n"
            #expect(article.contains(block), "the article must show:\n\(block)")
        }
    }
}
