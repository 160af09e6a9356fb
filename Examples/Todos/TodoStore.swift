import KoaKit

/// Keeps todos in memory, for all requests at once.
actor TodoStore {
    private var todos: [Int: Todo] = [:]
    private var lastID = 0

    /// Those that are done, those that are not, or all; the oldest first.
    func all(isDone: Bool?) -> [Todo] {
        todos.values.filter { isDone == nil || $0.isDone == isDone }.sorted { $0.id < $1.id }
    }

    func add(_ new: NewTodo) -> Todo {
        lastID += 1
        let todo = Todo(id: lastID, title: new.title)
        todos[todo.id] = todo
        return todo
    }

    func todo(_ id: Int) throws(HTTPError) -> Todo {
        guard let todo = todos[id] else { throw HTTPError(404, "there is no todo \(id)") }
        return todo
    }

    func change(_ id: Int, _ change: TodoChange) throws(HTTPError) -> Todo {
        var todo = try todo(id)
        todo.title = change.title ?? todo.title
        todo.isDone = change.isDone ?? todo.isDone
        todos[id] = todo
        return todo
    }

    func remove(_ id: Int) throws(HTTPError) {
        _ = try todo(id)
        todos[id] = nil
    }
}
