package import Archives
import Corpus
import DataManifests
import Files
import Foundations
package import FrontEnds
import StageGraph

/// A folder of features that another tool made, by utterance, in a format that the registry of archive
/// formats reads: a source of features instead of audio and front end.
///
/// Keys are the corpus's, in any case of letters. There must be as many rows as frames with labels, unless a
/// label shift assigns rows to frames; then frames at the ends without a row, a few at most, take the
/// nearest one, so that all front ends of a comparison are scored on the same frames.
package struct ExternalFeatureFolder: Sendable {
  package let folder: String
  private let features: [String: ExternalFeatures]
  /// Row t is of frame t − shift; nil where rows are frames.
  private let labelShift: Int?

  /// Frames without a row that are filled, at most.
  private static let maximumFilledFrames = 10

  /// The largest absolute value that is taken: a million of its squares can be added, and the power spectrum
  /// of the loudest samples is far below.
  package static let largestValue: Float = 1e15

  /// Lists the utterances of a folder; reads no features.
  ///
  /// - Throws: `StageError`, `ArchiveError`, `FileError`.
  package init(_ folder: String, labelShift: Int?) throws {
    self.folder = folder
    self.labelShift = labelShift
    guard try FileStore().status(folder) != nil else {
      throw StageError.externalFolderMissing(path: folder)
    }
    var features: [String: ExternalFeatures] = [:]
    for utterance in try ArchiveFormat.externalFeatures(in: folder) {
      guard features.updateValue(utterance, forKey: Self.upper(utterance.key)) == nil else {
        throw ArchiveError.duplicateKey(key: utterance.key)
      }
    }
    guard !features.isEmpty else {
      throw StageError.externalFeaturesMissing(path: folder)
    }
    self.features = features
  }

  /// A key as the corpus writes it: ASCII letters in upper case.
  private static func upper(_ key: String) -> String {
    String(decoding: key.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
  }

  /// The rows of an utterance, `[rows, columns]`.
  ///
  /// - Throws: `StageError` for an utterance that is not there; `ArchiveError`, `FileError`, for a
  ///   value that is not finite or beyond ``largestValue``, too.
  package func matrix(_ key: String) throws -> FeatureMatrix {
    guard let utterance = features[key] else {
      throw StageError.externalUtteranceMissing(path: folder, key: key)
    }
    let matrix = try utterance.read()
    guard matrix.values.allSatisfy(\.isFinite) else { throw ArchiveError.notFinite(key: key) }
    if let index = matrix.values.firstIndex(where: { abs($0) > Self.largestValue }) {
      throw StageError.externalValue(
        path: folder, key: key, row: index / matrix.columns, column: index % matrix.columns,
        found: matrix.values[index], largest: Self.largestValue)
    }
    return matrix
  }

  /// The number of channels, and SHA-256 over key, shape and bits of utterances; cancelling the task ends it.
  package func survey(_ keys: [String]) throws -> (channels: Int, sha256: String) {
    var channels: Int?
    // As many rows in each as in the first, and another number of columns: the rows are channels.
    var rows: Set<Int> = []
    var digests: [UInt8] = []
    for key in keys {
      try Task.checkCancellation()
      let matrix = try matrix(key)
      rows.insert(matrix.rows)
      guard matrix.columns == channels ?? matrix.columns else {
        if rows.count == 1, matrix.rows < matrix.columns {
          throw StageError.externalTransposed(
            path: folder, key: key, rows: matrix.rows, columns: matrix.columns)
        }
        throw StageError.externalChannelsDiffer(
          path: folder, key: key, expected: channels ?? 0, found: matrix.columns)
      }
      channels = matrix.columns
      let bits = matrix.values.withUnsafeBytes { Array($0) }
      digests += "\(key) \(matrix.rows) \(try Files.sha256(bits))\n".utf8
    }
    return (channels ?? 0, try Files.sha256(digests))
  }
}

// MARK: Frames and rows

extension ExternalFeatureFolder {
  /// The rows of the frames of an utterance, one each.
  ///
  /// - Throws: `StageError` for a number of rows that does not fit, or rows and columns exchanged;
  ///   `ArchiveError`.
  package func frames(_ key: String, samples: Int, timing: FrameTiming) throws -> FeatureMatrix {
    let matrix = try matrix(key)
    let expected = timing.rowCount(samples: samples)
    if let labelShift, matrix.rows > 0 {
      let covered = (0..<expected).count { (0..<matrix.rows).contains($0 + labelShift) }
      if expected - covered <= min(Self.maximumFilledFrames, expected - 1) {
        let values = (0..<expected).flatMap { frame -> ArraySlice<Float> in
          let row = min(max(frame + labelShift, 0), matrix.rows - 1)
          return matrix.values[row * matrix.columns..<(row + 1) * matrix.columns]
        }
        return FeatureMatrix(rows: expected, columns: matrix.columns, values: values)
      }
    } else if labelShift == nil, matrix.rows == expected, expected > 0 {
      return matrix
    }
    if matrix.rows != expected, matrix.columns == expected {
      throw StageError.externalTransposed(
        path: folder, key: key, rows: matrix.rows, columns: matrix.columns)
    }
    throw StageError.externalFrameCount(
      path: folder, key: key, rows: matrix.rows, expected: expected, fillable: Self.maximumFilledFrames,
      samples: samples, timing: timing)
  }

  /// The stage that replaces audio and front end.
  func stage(source: FeatureSource, workers: Int) -> Stage<UtteranceWork, FeatureBlock> {
    let channels = source.features.channels
    return source.rowReader("FeatureReader", workers: workers, state: { 0 }) { _, utterance, opened in
      let matrix = try frames(
        utterance.key, samples: source.opener.sampleCount(of: opened.audio.info),
        timing: source.features.timing)
      guard matrix.columns == channels else {
        throw StageError.externalChannelsDiffer(
          path: folder, key: utterance.key, expected: channels, found: matrix.columns)
      }
      let labels = source.labels(
        opened.phones, rate: opened.audio.info.sampleRateHertz, folding: source.folding, rows: matrix.rows)
      return ReadRows(count: matrix.rows, isLabeled: !labels.isEmpty) { rows, features, block in
        let first = rows.lowerBound * channels
        for index in features.indices { features[index] = matrix.values[first + index] }
        if !labels.isEmpty {
          for (index, row) in rows.enumerated() { block[index] = labels[row] }
        }
      } statistics: {
        nil
      }
    }
  }
}
