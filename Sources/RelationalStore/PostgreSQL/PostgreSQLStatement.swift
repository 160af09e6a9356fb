#if PostgreSQL
    import CLibPQ

    /// A statement of a connection's cache.
    final class PostgreSQLStatement {
        /// The text with numbered placeholders.
        let text: String
        let parameterCount: Int
        /// What the server knows it by; nil until it is prepared.
        var name: String?
        /// The types of the parameters as they were declared.
        private(set) var types: [Oid] = []
        private var isTyped = false
        /// The columns of its rows, once it has run.
        var columns: PostgreSQLColumns?

        init(_ text: String) {
            (self.text, parameterCount) = NumberedPlaceholders.rewrite(text)
        }

        /// Takes on the types of these values.
        ///
        /// NULL goes with every type, so a position changes at most once from unknown to known, unless a caller sends
        /// text and numbers in turn.
        ///
        /// - Returns: Whether the statement, if it was prepared, has to be prepared again.
        func adopt(_ parameters: [SQLValue]) -> Bool {
            guard isTyped else {
                types = parameters.map(PostgreSQLParameters.type)
                isTyped = true
                return false
            }
            var isNew = false
            for (index, parameter) in parameters.enumerated() where parameter != .null {
                let type = PostgreSQLParameters.type(of: parameter)
                if types[index] != type {
                    types[index] = type
                    isNew = true
                }
            }
            return isNew
        }
    }
#endif
