/// A contender with its seeds and the names of its files.
struct NamedContender: Sendable {
  let contender: Contender
  /// The name in results: canonical, with a mark where the same was given before.
  let name: String
  /// The name as a part of file names.
  let fileName: String
  let seeds: [UInt64]

  /// The name with everything but letters, digits and points turned into `-`, at most 80 bytes.
  static func fileName(_ name: String) -> String {
    var fileName = ""
    for byte in name.utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      if isPlain {
        fileName.unicodeScalars.append(Unicode.Scalar(byte))
      } else if fileName.last != "-" {
        fileName += "-"
      }
    }
    return String(fileName.suffix(80))
  }

  /// Names contenders, and gives one that comes again other seeds: against itself, it shows what seeds alone
  /// do.
  ///
  /// - Throws: ``WorkflowError`` for runs that come twice.
  static func all(
    of contenders: [Contender], seedCount: Int, firstSeed: UInt64
  ) throws(WorkflowError) -> [NamedContender] {
    var (named, fileNames): ([NamedContender], Set<String>) = ([], [])
    for (index, contender) in contenders.enumerated() {
      let before = contenders[..<index].count { $0 == contender }
      let first = firstSeed + UInt64(before * seedCount)
      let seeds = (0..<seedCount).map { first + UInt64($0) }
      if before > 0, case .runs = contender { throw .repeatedRuns(contender.name) }
      var (name, fileName) = (contender.name, Self.fileName(contender.name))
      var again = 2
      // One that comes again shares the trial that was chosen for it, and differs by its seeds.
      while before == 0, fileNames.contains(fileName) {
        (name, fileName) = ("\(contender.name) (\(again))", "\(Self.fileName(contender.name)).\(again)")
        again += 1
      }
      fileNames.insert(fileName)
      let mark = " (seeds \(seeds[0])–\(seeds[seeds.count - 1]))"
      named.append(
        NamedContender(
          contender: contender, name: before == 0 ? name : contender.name + mark, fileName: fileName,
          seeds: seeds))
    }
    return named
  }
}
