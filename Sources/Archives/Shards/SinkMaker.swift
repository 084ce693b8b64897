import Files

/// A factory of the sinks of a shard in the format of the directory.
struct SinkMaker {
  let directory: OutputDirectory
  let shard: Int
  let set: ShardSet

  func features() throws(FileError) -> any RoleSink {
    let channels = directory.configuration.channels
    switch directory.configuration.format {
    case .kaldi:
      let file = try file(.features, limit: WriteBuffer.features)
      if directory.configuration.isCompressed {
        return KaldiCompressedSink(role: .features, columns: channels, file: file)
      }
      return KaldiSink(role: .features, value: .floatMatrix(columns: channels), file: file)
    case .npy: return try packed(.features, .float32, [channels], limit: WriteBuffer.features)
    case .lhotse: return try folder(.features, .float32, [channels])
    }
  }

  func labels(_ classes: PhoneClasses) throws(FileError) -> any RoleSink {
    let role = ArchiveRole.labels(classes)
    switch directory.configuration.format {
    case .kaldi:
      return KaldiSink(role: role, value: .integerVector, file: try file(role, limit: WriteBuffer.small))
    case .npy: return try packed(role, .int32, [], limit: WriteBuffer.small)
    case .lhotse: return try folder(role, .int32, [])
    }
  }

  func statistics() throws(FileError) -> any RoleSink {
    let columns = directory.configuration.channels + 1
    switch directory.configuration.format {
    case .kaldi:
      return KaldiSink(
        role: .cmvnStatistics, value: .doubleMatrix(columns: columns),
        file: try file(.cmvnStatistics, limit: WriteBuffer.small))
    case .npy, .lhotse: return try packed(.cmvnStatistics, .float64, [2, columns], limit: WriteBuffer.small)
    }
  }

  private func path(_ role: ArchiveRole) -> String {
    directory.temporaryPath("\(set.prefix)\(role.name).\(paddedNumber(shard))")
  }

  private func file(
    _ role: ArchiveRole, limit: Int, digestsAlong: Bool = true
  ) throws(FileError) -> TemporaryFile {
    try TemporaryFile(path: path(role), store: directory.store, limit: limit, digestsAlong: digestsAlong)
  }

  private func packed(
    _ role: ArchiveRole, _ element: NpyElement, _ rowShape: [Int], limit: Int
  ) throws(FileError) -> NpySink {
    let file = try file(role, limit: limit, digestsAlong: false)
    return try NpySink(role: role, element: element, rowShape: rowShape, file: file)
  }

  private func folder(
    _ role: ArchiveRole, _ element: NpyElement, _ rowShape: [Int]
  ) throws(FileError) -> NpyFolderSink {
    let folder = try TemporaryDirectory(path: path(role), store: directory.store)
    return NpyFolderSink(
      role: role, element: element, rowShape: rowShape, folder: folder, store: directory.store)
  }
}

/// The sizes of write buffers, for features and for the smaller files.
enum WriteBuffer {
  static let features = 1 << 18
  static let small = 1 << 20
}
