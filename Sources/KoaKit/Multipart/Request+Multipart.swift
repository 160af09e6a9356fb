import NIOCore
import NIOHTTP1

/// Bodies of `multipart/form-data`, which are never in memory whole.
extension Request {
    /// Reads the body as a multipart form: its fields into memory, its files onto disk.
    ///
    /// The files are removed with the last reference to them, so at the end of the request unless a handler keeps one.
    ///
    /// - Parameter options: How much it may hold, and where files go.
    /// - Returns: The form.
    /// - Throws: ``HTTPError`` 415 when the type is another, 400 ``HTTPError/Reason/malformedBody`` when the body is
    ///   malformed or breaks off, 413 when it is over a limit, and as ``bytes(upTo:)`` does.
    public func multipart(_ options: MultipartOptions = MultipartOptions()) async throws -> MultipartForm {
        let reader = try multipartReader(options)
        var form = MultipartForm()
        while let header = try await reader.nextPart() {
            if header.filename == nil {
                form.fields.fields.append(Form.Field(header.name, try await Self.text(of: reader)))
            } else {
                let (file, access) = try await UploadedFile.create(for: header, in: options.directory)
                while let bytes = try await reader.nextContent() { try await file.append(bytes, to: access) }
                form.files.append(file)
            }
        }
        return form
    }

    /// Reads the body as a multipart form, part by part, at the pace of what handles them.
    ///
    /// ```swift
    /// try await ctx.request.multipart { part in
    ///     for try await bytes in part.content { try await store.append(bytes) }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - options: How much it may hold.
    ///   - handle: Gets each part in turn; what it leaves of its content is skipped.
    /// - Throws: ``HTTPError`` as ``multipart(_:)`` does, and what `handle` throws.
    public func multipart(
        _ options: MultipartOptions = MultipartOptions(),
        handle: (_ part: MultipartPart) async throws -> Void
    ) async throws {
        let reader = try multipartReader(options)
        while let header = try await reader.nextPart() { try await handle(MultipartPart(header, reader)) }
    }

    private func multipartReader(_ options: MultipartOptions) throws(HTTPError) -> MultipartReader {
        guard type == MultipartForm.mediaType else {
            throw HTTPError(415, "the body must be \(MultipartForm.mediaType)", reason: .unsupportedMediaType)
        }
        // RFC 2046, section 5.1.1. A line end in it would be one in what is searched for.
        guard let boundary = FieldParameters(get("Content-Type"))?["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .malformedForm("it has no boundary") }
        if headers["content-encoding"].isEmpty { try refuseAnnounced(over: options.bodyBytes) }
        return MultipartReader(try DecodedBody(of: self), boundary: boundary, options)
    }

    private static func text(of reader: MultipartReader) async throws -> String {
        var value = ByteBuffer()
        while var bytes = try await reader.nextContent() { value.writeBuffer(&bytes) }
        guard let text = String(validating: value.readableBytesView, as: UTF8.self) else {
            throw HTTPError.malformedForm("a field is not UTF-8")
        }
        return text
    }
}
