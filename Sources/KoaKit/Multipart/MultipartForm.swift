/// A multipart form that was read whole: its fields in memory, its files on disk.
public struct MultipartForm: Sendable {
    static let mediaType = "multipart/form-data"

    /// The parts that are not files.
    public var fields = Form()
    /// The files, in the order in which they were sent; an empty one where the user chose none.
    public var files: [UploadedFile] = []

    /// The first file of this field, nil when there is none.
    public func file(_ name: String) -> UploadedFile? {
        files.first { $0.name == name }
    }
}
