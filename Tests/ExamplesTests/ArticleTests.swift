import Foundation
import Testing

/// Code that is shown where no snippet can be referred to.
@Suite struct ArticleTests {
    @Test(arguments: ["README.md", "README.zh-CN.md"])
    func `a README shows the application that is compiled as a snippet`(_ readme: String) throws {
        let code = try text(of: "Snippets/GettingStarted.swift").drop { $0 != "\n" }.drop { $0 == "\n" }
        #expect(try text(of: readme).contains("```swift\n\(code)```\n"))
    }

    @Test func `the article on tests shows the code that is compiled here`() throws {
        let code = try text(of: "Tests/ExamplesTests/TestingArticleTests.swift")
        let article = try text(of: "Sources/KoaKit/KoaKit.docc/TestingAnApplication.md")
        let compiled = code.matches(of: /\/\/ article: (\w+)\n((?s:.*?))\/\/ article: end\n/)
        #expect(compiled.count == 3)
        for match in compiled {
            let block = "<!-- test: \(match.1) -->\n```swift\n\(match.2)```\n"
            #expect(article.contains(block), "the article must show:\n\(block)")
        }
    }

    private func text(of path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
