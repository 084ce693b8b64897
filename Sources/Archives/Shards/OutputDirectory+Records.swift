package import Files

extension OutputDirectory {
  /// Sums the CMVN statistics of all committed shards.
  ///
  /// - Throws: `shardsMissing`, `cancelled`, or `malformed` if a statistics file does not match its record.
  package func cmvnSums(checkpoint: Checkpoint = throwIfCancelled) throws(ArchiveError) -> CMVNSums {
    var sums = CMVNSums(channels: configuration.channels)
    try requireAllShards()
    for number in 0..<shardCount {
      let record = try committedRecord(ofShard: number)
      try ArchiveError.onFiles { () throws(FileError) in
        let reader = ShardReader(directory: self, record: record)
        for utterance in record.utterances {
          try checkpoint(0)
          sums.add(try reader.statistics(of: utterance), speaker: utterance.description.speaker)
        }
      }
    }
    return sums
  }

  /// The record of a committed shard.
  ///
  /// - Throws: `shardsMissing`, `file`.
  package func committedRecord(ofShard number: Int, set: ShardSet = .raw) throws(ArchiveError) -> ShardRecord
  {
    let found = try ArchiveError.onFiles { () throws(FileError) in try record(ofShard: number, set: set) }
    // A record of another configuration is none of this one's.
    guard let record = found, record.configurationSHA256 == configurationSHA256 else {
      throw .shardsMissing(numbers: [number])
    }
    return record
  }

  /// Requires that every shard has a record.
  ///
  /// - Throws: `shardsMissing`.
  package func requireAllShards(set: ShardSet = .raw) throws(ArchiveError) {
    var missing: [Int] = []
    for number in 0..<shardCount {
      let path = absolutePath(of: ShardRecord.path(ofShard: number, set: set))
      let status = try ArchiveError.onFiles { () throws(FileError) in try store.status(path) }
      if status == nil { missing.append(number) }
    }
    if !missing.isEmpty { throw .shardsMissing(numbers: missing) }
  }
}
