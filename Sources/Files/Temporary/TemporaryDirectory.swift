/// A folder with a temporary name, removed with its contents on deinit unless kept.
package final class TemporaryDirectory {
  package let path: String
  private let store: FileStore
  private var isKept = false

  package init(path: String, store: FileStore) throws(FileError) {
    // First, as deinit removes what is at the path of an object that has one.
    try store.makeFolder(path)
    self.path = path
    self.store = store
  }

  deinit {
    if !isKept { store.removeQuietly(path) }
  }

  package func keep() { isKept = true }
}
