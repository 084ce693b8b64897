/// A folder under a temporary name, made at once; dropped with what is in it unless kept.
final class TemporaryFolder {
  let path: String
  private let store: FileStore
  private var isKept = false

  init(path: String, store: FileStore) throws(ArchiveError) {
    self.path = path
    self.store = store
    try store.makeFolder(path)
  }

  deinit {
    if !isKept { store.removeQuietly(path) }
  }

  func keep() { isKept = true }
}
