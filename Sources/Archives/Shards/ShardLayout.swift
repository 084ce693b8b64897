import Files

/// The assignment of utterances to shards, which depends only on the keys of the manifest.
///
/// Keys are sorted by bytes (the order of Kaldi and `LC_ALL=C sort`) and divided into runs of
/// `shardUtterances`.
package struct ShardLayout: Equatable, Sendable {
  package let keys: [String]
  package let shardUtterances: Int

  /// - Throws: `duplicateKey`, or `invalidKey` for a key that cannot be a Kaldi key and a file name: empty,
  ///   more than 200 bytes, white space, control characters, `/`, or a leading dot.
  package init(
    keys: [String], shardUtterances: Int = DirectoryConfiguration.defaultShardUtterances
  ) throws(ArchiveError) {
    precondition(shardUtterances > 0)
    for key in keys { try Self.check(key) }
    let sorted = keys.sorted(by: precedesInCLocale)
    for index in sorted.indices.dropFirst() where sorted[index - 1].utf8.elementsEqual(sorted[index].utf8) {
      throw .duplicateKey(key: sorted[index])
    }
    self.keys = sorted
    self.shardUtterances = shardUtterances
  }

  package var shardCount: Int {
    keys.count / shardUtterances + (keys.count % shardUtterances == 0 ? 0 : 1)
  }

  /// The indices in `keys` of the utterances of a shard.
  package func range(ofShard number: Int) -> Range<Int> {
    precondition(number >= 0 && number < shardCount)
    let start = number * shardUtterances
    return start..<min(start + shardUtterances, keys.count)
  }

  /// The keys of a shard, in order.
  package func keys(ofShard number: Int) -> [String] { Array(keys[range(ofShard: number)]) }

  /// Checks that a key can be a Kaldi key and a file name.
  ///
  /// - Throws: `invalidKey`.
  static func check(_ key: String) throws(ArchiveError) {
    func refuse(_ reason: String) -> ArchiveError { .invalidKey(key: key, reason: reason) }
    if key.isEmpty { throw refuse("it is empty") }
    if key.utf8.count > 200 { throw refuse("it is longer than 200 bytes") }
    if key.utf8.first == UInt8(ascii: ".") { throw refuse("it begins with a dot") }
    for scalar in key.unicodeScalars {
      if scalar.value < 0x21 || scalar.value == 0x7F || scalar.properties.isWhitespace {
        throw refuse("it holds white space or a control character")
      }
      if scalar == "/" { throw refuse("it holds a slash") }
    }
  }
}

/// Part i of n of the shards: those whose number mod n is i − 1.
package struct ShardPart: Equatable, Sendable {
  package let index: Int
  package let count: Int

  /// All shards.
  package static let whole = ShardPart(index: 1, count: 1)

  /// - Parameters:
  ///   - index: from 1 to `count`.
  ///   - count: the number of parts.
  package init(index: Int, count: Int) {
    precondition(count >= 1 && index >= 1 && index <= count)
    self.index = index
    self.count = count
  }

  package func holds(_ shard: Int) -> Bool { shard % count == index - 1 }
}
