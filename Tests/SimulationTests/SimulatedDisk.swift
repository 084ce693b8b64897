import Files
import Foundations
import Glibc

/// A file system in memory, which knows what of it would survive a loss of power.
///
/// Data of a file survive once the file was synchronized; a change of a name, once its folder was. Of the
/// rest ``losePower(_:)`` keeps a drawn part. There are no links that are followed, and no permissions.
struct SimulatedDisk {
  typealias Number = UInt64

  struct Node {
    var isFolder: Bool
    var bytes: [UInt8] = []
    var durableBytes: [UInt8] = []
    var isDirty = false
    /// Whether a synchronization failed: the kernel has dropped the data that were not written, and later
    /// synchronizations succeed without them.
    var isPoisoned = false
    var entries: [String: Number] = [:]
    var durableEntries: [String: Number] = [:]
    var links: UInt64 = 1
    /// Handles that lock it, and whether they share it.
    var locks: [Int32: Bool] = [:]
  }

  struct Handle {
    var process: Int
    var node: Number
    var position = 0
    var appends: Bool
    var canWrite: Bool
  }

  /// Changes of names that survive together or not at all.
  struct NameChange {
    var folder: Number
    var name: String
    /// Nil for a removal.
    var node: Number?
  }

  static let root: Number = 1
  var nodes: [Number: Node] = [root: Node(isFolder: true)]
  var handles: [Int32: Handle] = [:]
  /// Changes that are not on the disk yet, oldest first.
  var journal: [[NameChange]] = []
  private var lastNode = root
  private var lastHandle: Int32 = 100

  // MARK: Paths

  func node(at path: String) -> (node: Number?, code: Int32) {
    var found = Self.root
    for part in path.split(separator: "/") {
      guard nodes[found]?.isFolder == true else { return (nil, ENOTDIR) }
      guard let next = nodes[found]?.entries[String(part)] else { return (nil, ENOENT) }
      found = next
    }
    return (found, 0)
  }

  /// The folder that holds, or would hold, the last component of a path.
  private func folder(of path: String) -> (folder: Number?, name: String, code: Int32) {
    let (found, code) = node(at: parent(of: path))
    guard let found else { return (nil, "", code) }
    guard nodes[found]?.isFolder == true else { return (nil, "", ENOTDIR) }
    return (found, String(path.split(separator: "/").last ?? ""), 0)
  }

  private mutating func change(_ changes: [NameChange]) {
    for change in changes { nodes[change.folder]?.entries[change.name] = change.node }
    journal.append(changes)
  }

  private mutating func makeNode(isFolder: Bool) -> Number {
    lastNode += 1
    nodes[lastNode] = Node(isFolder: isFolder)
    return lastNode
  }

  // MARK: Open files

  mutating func open(_ path: String, flags: Int32, process: Int) -> Int32 {
    var (found, code) = node(at: path)
    if let held = found {
      if flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL { return -EEXIST }
      let isFolder = nodes[held]?.isFolder == true
      if isFolder, flags & O_ACCMODE != O_RDONLY { return -EISDIR }
      if !isFolder, flags & O_DIRECTORY != 0 { return -ENOTDIR }
      if flags & O_TRUNC != 0 { resize(held, to: 0) }
    } else {
      guard code == ENOENT, flags & O_CREAT != 0 else { return -code }
      let (folder, name, folderCode) = folder(of: path)
      guard let folder else { return -folderCode }
      let made = makeNode(isFolder: false)
      change([NameChange(folder: folder, name: name, node: made)])
      (found, code) = (made, 0)
    }
    guard let found else { return -ENOENT }
    lastHandle += 1
    handles[lastHandle] = Handle(
      process: process, node: found, appends: flags & O_APPEND != 0,
      canWrite: flags & O_ACCMODE != O_RDONLY)
    return lastHandle
  }

  mutating func close(_ descriptor: Int32) -> Int32 {
    guard let handle = handles.removeValue(forKey: descriptor) else { return -EBADF }
    nodes[handle.node]?.locks[descriptor] = nil
    return 0
  }

  /// Closes what a process that ended had open.
  mutating func closeAll(of process: Int) {
    for descriptor in handles.filter({ $0.value.process == process }).keys { _ = close(descriptor) }
  }

  mutating func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64? = nil) -> Int {
    guard let handle = handles[descriptor], handle.canWrite else { return Int(-EBADF) }
    let end = nodes[handle.node]?.bytes.count ?? 0
    let start = offset.map(Int.init) ?? (handle.appends ? end : handle.position)
    if start + bytes.count > end { resize(handle.node, to: start + bytes.count) }
    nodes[handle.node]?.bytes.replaceSubrange(start..<start + bytes.count, with: bytes)
    nodes[handle.node]?.isDirty = true
    if offset == nil { handles[descriptor]?.position = start + bytes.count }
    return bytes.count
  }

  func read(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
    guard let handle = handles[descriptor], let node = nodes[handle.node] else { return Int(-EBADF) }
    if node.isFolder { return Int(-EISDIR) }
    let start = min(Int(offset), node.bytes.count)
    let count = min(bytes.count, node.bytes.count - start)
    node.bytes[start..<start + count].withUnsafeBytes { source in
      if count > 0 { bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count])) }
    }
    return count
  }

  mutating func truncate(_ descriptor: Int32, to bytes: Int64) -> Int32 {
    guard let handle = handles[descriptor], handle.canWrite else { return -EBADF }
    resize(handle.node, to: Int(bytes))
    return 0
  }

  mutating func seek(_ descriptor: Int32, to offset: Int64) -> Int64 {
    guard handles[descriptor] != nil else { return Int64(-EBADF) }
    handles[descriptor]?.position = Int(offset)
    return offset
  }

  private mutating func resize(_ number: Number, to count: Int) {
    let held = nodes[number]?.bytes.count ?? 0
    if count < held {
      nodes[number]?.bytes.removeLast(held - count)
    } else {
      nodes[number]?.bytes.append(contentsOf: repeatElement(0, count: count - held))
    }
    nodes[number]?.isDirty = true
  }

  /// `flock` without waiting.
  mutating func lock(_ descriptor: Int32, isShared: Bool) -> Int32 {
    guard let handle = handles[descriptor] else { return -EBADF }
    let others = nodes[handle.node]?.locks.filter { $0.key != descriptor } ?? [:]
    guard others.isEmpty || (isShared && others.values.allSatisfy(\.self)) else { return -EWOULDBLOCK }
    nodes[handle.node]?.locks[descriptor] = isShared
    return 0
  }

  // MARK: Names

  mutating func rename(_ from: String, to: String) -> Int32 {
    let (moved, code) = node(at: from)
    let (source, sourceName, _) = folder(of: from)
    let (target, targetName, targetCode) = folder(of: to)
    guard let moved, let source else { return -code }
    guard let target else { return -targetCode }
    if let held = nodes[target]?.entries[targetName], let node = nodes[held] {
      if held == moved { return 0 }
      switch (nodes[moved]?.isFolder == true, node.isFolder) {
      case (true, false): return -ENOTDIR
      case (false, true): return -EISDIR
      case (true, true) where !node.entries.isEmpty: return -ENOTEMPTY
      default: nodes[held]?.links -= 1
      }
    }
    change([
      NameChange(folder: source, name: sourceName, node: nil),
      NameChange(folder: target, name: targetName, node: moved),
    ])
    return 0
  }

  mutating func link(_ from: String, to: String) -> Int32 {
    let (found, code) = node(at: from)
    let (folder, name, folderCode) = folder(of: to)
    guard let found else { return -code }
    guard let folder else { return -folderCode }
    if nodes[found]?.isFolder == true { return -EPERM }
    if nodes[folder]?.entries[name] != nil { return -EEXIST }
    nodes[found]?.links += 1
    change([NameChange(folder: folder, name: name, node: found)])
    return 0
  }

  mutating func unlink(_ path: String) -> Int32 {
    let (found, code) = node(at: path)
    let (folder, name, _) = folder(of: path)
    guard let found, let folder else { return -code }
    if nodes[found]?.isFolder == true { return -EISDIR }
    nodes[found]?.links -= 1
    change([NameChange(folder: folder, name: name, node: nil)])
    return 0
  }

  mutating func removeFolder(_ path: String) -> Int32 {
    let (found, code) = node(at: path)
    let (folder, name, _) = folder(of: path)
    guard let found, let folder else { return -code }
    guard nodes[found]?.isFolder == true else { return -ENOTDIR }
    guard nodes[found]?.entries.isEmpty == true else { return -ENOTEMPTY }
    change([NameChange(folder: folder, name: name, node: nil)])
    return 0
  }

  mutating func makeFolder(_ path: String) -> Int32 {
    if node(at: path).node != nil { return -EEXIST }
    let (folder, name, code) = folder(of: path)
    guard let folder else { return -code }
    let made = makeNode(isFolder: true)
    change([NameChange(folder: folder, name: name, node: made)])
    return 0
  }

  // MARK: Looking

  func status(of number: Number) -> FileStatus? {
    guard let node = nodes[number] else { return nil }
    return FileStatus(
      isFolder: node.isFolder, isRegular: !node.isFolder, bytes: Int64(node.bytes.count), device: 1,
      inode: number, links: node.links)
  }

  func isFolder(_ descriptor: Int32) -> Bool {
    handles[descriptor].flatMap { nodes[$0.node]?.isFolder } ?? false
  }

  func list(_ path: String) -> (names: [String], code: Int32) {
    let (found, code) = node(at: path)
    guard let found, let node = nodes[found] else { return ([], code) }
    guard node.isFolder else { return ([], ENOTDIR) }
    return (node.entries.keys.sorted(), 0)
  }

  /// Bytes of every file below a folder, by path from there.
  func files(below path: String) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    func walk(_ number: Number, _ path: String) {
      guard let node = nodes[number] else { return }
      if !node.isFolder { found[path] = node.bytes }
      for (name, entry) in node.entries { walk(entry, "\(path)/\(name)") }
    }
    if let top = node(at: path).node { walk(top, "") }
    return found
  }
}
