import Foundations
import Glibc

extension SimulatedDisk {
  /// `fsync`: data of a file, or the names in a folder.
  mutating func sync(_ descriptor: Int32) -> Int32 {
    guard let handle = handles[descriptor], let node = nodes[handle.node] else { return -EBADF }
    if node.isFolder {
      writeNames(of: handle.node)
    } else if !node.isPoisoned {
      nodes[handle.node]?.durableBytes = node.bytes
      nodes[handle.node]?.isDirty = false
    }
    return 0
  }

  /// Drops the data of a file that are not on the disk yet, as a kernel does after it failed to write them.
  mutating func failSync(_ descriptor: Int32) {
    guard let handle = handles[descriptor] else { return }
    nodes[handle.node]?.isPoisoned = true
  }

  /// Puts the changes of a folder on the disk, and earlier ones of the same names, wherever they are.
  private mutating func writeNames(of folder: Number) {
    var needed: Set<String> = []
    var written: [[NameChange]] = []
    var rest: [[NameChange]] = []
    for changes in journal.reversed() {
      let names = changes.map { "\($0.folder)/\($0.name)" }
      if changes.contains(where: { $0.folder == folder }) || names.contains(where: needed.contains) {
        needed.formUnion(names)
        written.append(changes)
      } else {
        rest.append(changes)
      }
    }
    for changes in written.reversed() { write(changes) }
    journal = rest.reversed()
  }

  private mutating func write(_ changes: [NameChange]) {
    for change in changes { nodes[change.folder]?.durableEntries[change.name] = change.node }
  }

  /// How changes of names reach a disk that loses power.
  private enum Survival: CaseIterable { case all, none, first, any }

  /// Loses power: what was not synchronized is kept or lost by draws, names independently of data.
  mutating func losePower(_ random: inout SplitMix64) {
    let survival = Survival.allCases.randomElement(using: &random) ?? .none
    let kept = Int.random(in: 0...journal.count, using: &random)
    for (index, changes) in journal.enumerated() {
      switch survival {
      case .all: write(changes)
      case .none: break
      case .first: if index < kept { write(changes) }
      case .any: if Bool.random(using: &random) { write(changes) }
      }
    }
    journal = []
    handles = [:]
    for number in nodes.keys.sorted() {
      guard var node = nodes[number] else { continue }
      node.locks = [:]
      node.entries = node.durableEntries
      nodes[number] = node
      loseData(of: number, &random)
    }
    // Entries whose node would be a folder of another place stay; a name is all that a node has.
    var links: [Number: UInt64] = [:]
    for node in nodes.values { for entry in node.entries.values { links[entry, default: 0] += 1 } }
    for number in nodes.keys { nodes[number]?.links = max(1, links[number] ?? 1) }
  }

  private mutating func loseData(of number: Number, _ random: inout SplitMix64) {
    guard var node = nodes[number], node.isDirty else { return }
    let draw = Int.random(in: 0..<4, using: &random)
    switch node.isPoisoned ? 0 : draw {
    case 0: node.bytes = node.durableBytes
    case 1: node.bytes.removeLast(Int.random(in: 0...node.bytes.count, using: &random))
    case 2:
      // The size is there, the blocks are not.
      let first = Int.random(in: 0...node.bytes.count, using: &random)
      node.bytes.replaceSubrange(first..., with: repeatElement(0, count: node.bytes.count - first))
    default: break
    }
    node.durableBytes = node.bytes
    node.isDirty = false
    node.isPoisoned = false
    nodes[number] = node
  }
}
