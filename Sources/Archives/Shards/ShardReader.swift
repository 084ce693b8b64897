package import Files
internal import Glibc

/// A reader of a committed shard's features, labels and statistics in pieces.
///
/// Only one utterance of compressed features is buffered. Sizes in files are checked against the record.
package struct ShardReader: ~Copyable {
  private let directory: OutputDirectory
  private let record: ShardRecord
  private let files: RecordFiles
  private let open: OpenFiles
  private let channels: Int
  private let compressed = Held()

  /// The last decoded utterance of compressed features.
  private final class Held {
    var key: String?
    var matrix: [Float] = []
  }

  private final class OpenFiles {
    let store: FileStore
    var descriptors: [String: Int32] = [:]

    init(store: FileStore) { self.store = store }

    deinit {
      for descriptor in descriptors.values { store.close(descriptor) }
    }

    func descriptor(_ path: String, isKept: Bool) throws(FileError) -> Int32 {
      if let descriptor = descriptors[path] { return descriptor }
      if !isKept && descriptors.count >= 4 {
        for descriptor in descriptors.values { store.close(descriptor) }
        descriptors = [:]
      }
      let descriptor = try store.open(path, flags: O_RDONLY)
      descriptors[path] = descriptor
      return descriptor
    }
  }

  package init(directory: OutputDirectory, record: ShardRecord) {
    self.directory = directory
    self.record = record
    self.files = RecordFiles(record)
    self.open = OpenFiles(store: directory.store)
    self.channels = directory.configuration.channels
  }

  /// Reads rows `[first, first + count)` of the features of an utterance into `rows`, `[count, channels]`.
  package func readFeatures(
    of utterance: ShardRecord.Utterance, from first: Int, count: Int,
    into rows: UnsafeMutableBufferPointer<Float>
  ) throws(FileError) {
    precondition(first >= 0 && count >= 0 && first + count <= utterance.description.frameCount)
    precondition(rows.count >= count * channels)
    let frames = utterance.description.frameCount
    let place = try place(of: .features, utterance, rows: frames, rowBytes: 4 * channels)
    if directory.configuration.format == .kaldi && directory.configuration.isCompressed {
      try decode(utterance, at: place)
      for index in 0..<count * channels { rows[index] = compressed.matrix[first * channels + index] }
      return
    }
    let bytes = UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: rows[..<(count * channels)]))
    try read(bytes, at: place.data + Int64(first) * Int64(4 * channels), of: place)
  }

  /// Reads frame labels `[first, first + count)` of one phone set.
  package func readLabels(
    _ classes: PhoneClasses, of utterance: ShardRecord.Utterance, from first: Int, count: Int,
    into labels: UnsafeMutableBufferPointer<Int32>
  ) throws(FileError) {
    precondition(first >= 0 && count >= 0 && first + count <= utterance.description.frameCount)
    precondition(labels.count >= count)
    let frames = utterance.description.frameCount
    let isKaldi = directory.configuration.format == .kaldi
    let place = try place(of: .labels(classes), utterance, rows: frames, rowBytes: isKaldi ? 5 : 4)
    guard isKaldi else {
      let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: labels[..<count]))
      return try read(bytes, at: place.data + Int64(first) * 4, of: place)
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 * 4096, alignment: 16)
    defer { chunk.deallocate() }
    var done = 0
    while done < count {
      let part = min(4096, count - done)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(5 * part)])
      try read(bytes, at: place.data + Int64(first + done) * 5, of: place)
      for index in 0..<part {
        labels[done + index] = Int32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 5 * index + 1, as: Int32.self))
      }
      done += part
    }
  }

  /// The CMVN statistics of an utterance, `[2, channels + 1]`.
  package func statistics(of utterance: ShardRecord.Utterance) throws(FileError) -> [Double] {
    let count = 2 * (channels + 1)
    let isKaldi = directory.configuration.format == .kaldi
    let place = try place(
      of: .cmvnStatistics, utterance, rows: isKaldi ? 2 : 1, rowBytes: 8 * (isKaldi ? channels + 1 : count))
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    defer { values.deallocate() }
    try read(UnsafeMutableRawBufferPointer(values), at: place.data, of: place)
    return Array(values)
  }

  private struct Place {
    let path: String
    let descriptor: Int32
    /// The offsets of the value with its header, and of its elements.
    let start: Int64
    let data: Int64
  }

  private func read(
    _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64, of place: Place
  ) throws(FileError) {
    let count = try directory.store.read(place.descriptor, into: bytes, at: offset, path: place.path)
    guard count == bytes.count else {
      throw .malformed(
        path: place.path, offset: offset + Int64(count), expected: "\(bytes.count) bytes", found: "the end"
      )
    }
  }

  /// Locates a value of an utterance and checks its header against the record.
  private func place(
    of role: ArchiveRole, _ utterance: ShardRecord.Utterance, rows: Int, rowBytes: Int
  ) throws(FileError) -> Place {
    let recordPath = ShardRecord.path(ofShard: record.shard, set: record.set)
    func missing(_ what: String) -> FileError {
      .malformed(path: recordPath, offset: 0, expected: what, found: utterance.description.key)
    }
    guard let position = utterance.position(of: role) else { throw missing("a position of \(role.name)") }
    let isFolder = directory.configuration.format == .lhotse && role != .cmvnStatistics
    let found =
      isFolder ? files.array(of: role, key: utterance.description.key) : files.file(of: role)
    guard let file = found else { throw missing("a file of \(role.name)") }
    let path = directory.absolutePath(of: file.path)
    let descriptor = try open.descriptor(path, isKept: !isFolder)
    if directory.configuration.format == .kaldi {
      let header = headerBytes(of: role, rows: rows)
      let place = Place(
        path: path, descriptor: descriptor, start: position, data: position + Int64(header.count))
      if role == .features && directory.configuration.isCompressed { return place }
      try expect(header, at: position, of: place)
      return place
    }
    // The length of the header does not depend on the number of rows.
    let headerLength = Int64(npyHeader(of: role, rows: 0).count)
    let rowsInFile = isFolder ? rows : Int((file.bytes - headerLength) / Int64(rowBytes))
    let header = npyHeader(of: role, rows: max(0, rowsInFile))
    let place = Place(
      path: path, descriptor: descriptor, start: 0,
      data: Int64(header.count) + position * Int64(rowBytes))
    guard position <= Int64(rowsInFile - rows) else { throw missing("\(rows) rows at \(position)") }
    try expect(header, at: 0, of: place)
    return place
  }

  private func headerBytes(of role: ArchiveRole, rows: Int) -> [UInt8] {
    switch role {
    case .features: KaldiBytes.floatMatrixHeader(rows: Int32(rows), columns: Int32(channels))
    case .labels: KaldiBytes.integerVectorHeader(count: Int32(rows))
    case .cmvnStatistics: KaldiBytes.doubleMatrixHeader(rows: 2, columns: Int32(channels + 1))
    }
  }

  private func npyHeader(of role: ArchiveRole, rows: Int) -> [UInt8] {
    switch role {
    case .features: NpyHeader(element: .float32, shape: [rows, channels]).bytes
    case .labels: NpyHeader(element: .int32, shape: [rows]).bytes
    case .cmvnStatistics: NpyHeader(element: .float64, shape: [rows, 2, channels + 1]).bytes
    }
  }

  private func expect(_ header: [UInt8], at offset: Int64, of place: Place) throws(FileError) {
    let found = UnsafeMutableRawBufferPointer.allocate(byteCount: header.count, alignment: 16)
    defer { found.deallocate() }
    try read(found, at: offset, of: place)
    guard found.elementsEqual(header) else {
      throw .malformed(
        path: place.path, offset: offset, expected: "the header described by the record", found: "another")
    }
  }

  private func decode(_ utterance: ShardRecord.Utterance, at place: Place) throws(FileError) {
    if compressed.key == utterance.description.key { return }
    let matrix = try KaldiMatrixReader(store: directory.store).read(
      descriptor: place.descriptor, at: place.start, path: place.path)
    guard matrix.rows == utterance.description.frameCount, matrix.columns == channels else {
      throw .malformed(
        path: place.path, offset: place.start,
        expected: "[\(utterance.description.frameCount), \(channels)]",
        found: "[\(matrix.rows), \(matrix.columns)]")
    }
    compressed.matrix = matrix.values
    compressed.key = utterance.description.key
  }
}
