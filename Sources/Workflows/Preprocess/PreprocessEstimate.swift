import Archives
import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Glibc
package import Stages

/// The time and space of a run, estimated without writing anything.
package struct PreprocessEstimate: Sendable, Equatable {
  package var summary: String
  package var utterances: Int
  /// Shards that a run would do, and those of its part that are there already.
  package var shards: Int
  package var shardsKept: Int
  package var audioSeconds: Double
  /// Bytes of features, labels and statistics.
  package var outputBytes: Int
  package var freeBytes: Int?
  /// From computing features of some of the corpus now.
  package var computeSeconds: Double
  /// Utterances that were opened to estimate from.
  package var sampledUtterances: Int
}

extension PreprocessPlan {
  /// Estimates time and space from the sizes of the audio files and from computing a few of them.
  ///
  /// Only what is still to be done counts. Checksums are left to the run.
  ///
  /// - Throws: as the run would, for a directory that holds another configuration or cannot be
  /// written.
  package func estimate(progress: WorkProgress = WorkProgress()) async throws -> PreprocessEstimate {
    let (shards, kept) = try await shardsToBeDone(progress)
    let indices = ShardWork(layout: layout, shards: shards).utterances
    let bytes = indices.reduce(0) { $0 + catalog.utterances[$1].audioByteCount }
    let sample = try measure(indices)
    // Of 16-bit mono PCM where nothing could be opened.
    let secondsPerByte =
      sample.bytes > 0
      ? sample.audioSeconds / Double(sample.bytes) : 0.5 / Double(frontEnd.timing.sampleRateHertz)
    let audioSeconds = Double(bytes) * secondsPerByte
    let frames = audioSeconds * 1000 / frontEnd.timing.rowShiftMilliseconds
    let bytesPerFrame =
      Double(frontEnd.channels * (options.isCompressed ? 1 : 4) + configuration.labels.count * 4)
      + Double(configuration.storesNormalized ? frontEnd.channels * (options.isCompressed ? 1 : 4) : 0)
    let perUtterance = 16 * (frontEnd.channels + 1) + 400
    return PreprocessEstimate(
      summary: frontEnd.summary, utterances: indices.count, shards: shards.count, shardsKept: kept,
      audioSeconds: audioSeconds,
      outputBytes: Int(frames * bytesPerFrame) + indices.count * perUtterance,
      freeBytes: FreeSpace.bytes(at: options.outputDirectory),
      computeSeconds: sample.audioSeconds > 0
        ? audioSeconds * sample.computeSeconds / sample.audioSeconds / Double(options.jobs) : 0,
      sampledUtterances: sample.utterances)
  }

  /// The shards that a run would do, and how many of its part it would keep.
  private func shardsToBeDone(_ progress: WorkProgress) async throws -> (todo: [Int], kept: Int) {
    let part = (0..<layout.shardCount).filter(options.part.holds)
    try WritableFolder.check(options.outputDirectory)
    guard let directory = try existingDirectory() else { return (part, 0) }
    let status = try await ShardVerification(directory: directory, progress: progress, jobs: options.jobs)
      .status(part: options.part, verifyingChecksums: false)
    // Contents are left to the run, as checksums are.
    let stale = try await stale(directory, status, comparingContent: false, progress)
    let todo = try todo(directory, status, stale)
    return (todo, part.count - todo.count)
  }

  /// The directory if it is there with this configuration; nil if it is to be made, or replaced.
  private func existingDirectory() throws(FileError) -> OutputDirectory? {
    do throws(FileError) {
      let directory = try OutputDirectory.open(at: options.outputDirectory, forWriting: false)
      if directory.configuration.bytes == configuration.bytes { return directory }
      guard !options.replacesExisting else { return nil }
      let path = directory.absolutePath(of: "config.json")
      // Compared as they read back, so that a number is equal however it was written.
      throw FileError.configurationDiffers(
        path: path,
        fields: ConfigurationDifference.between(
          directory: try JSONParser.parse(directory.configuration.bytes, path: path),
          run: try JSONParser.parse(configuration.bytes, path: path)))
    } catch {
      guard case .notAnOutputDirectory = error else { throw error }
      return nil
    }
  }

  private struct Sample {
    var utterances = 0
    var bytes = 0
    var audioSeconds = 0.0
    var computeSeconds = 0.0
  }

  /// Opens utterances spread over the corpus and computes their features, for a fifth of a second.
  private func measure(_ indices: [Int]) throws -> Sample {
    var sample = Sample()
    let start = ContinuousClock.now
    let step = max(1, indices.count / 64)
    let opener = UtteranceOpener(
      catalog: catalog, features: frontEnd, audioChannel: options.channel,
      annotations: [])
    let stream = frontEnd.makeStream(utterance: "")
    var samples = [Int16](repeating: 0, count: BlockSize.samples(for: frontEnd))
    var rows: [Float] = []
    for index in stride(from: 0, to: indices.count, by: step) {
      try Task.checkCancellation()
      let utterance = catalog.utterances[indices[index]]
      guard case .usable(let opened) = try opener.open(indices[index]), opened.audio.readsInt16
      else {
        continue
      }
      let audio = opened.audio
      sample.utterances += 1
      sample.bytes += utterance.audioByteCount
      sample.audioSeconds += audio.info.durationSeconds
      let before = ContinuousClock.now
      stream.reset(utterance: utterance.key)
      while audio.position < audio.info.sampleCount, ContinuousClock.now - start < .seconds(1) {
        let count = try Self.read(audio, &samples)
        let room = stream.maximumFrames(accepting: count) * stream.outputChannels
        if rows.count < room { rows = [Float](repeating: 0, count: room) }
        samples.withUnsafeBufferPointer { samples in
          rows.withUnsafeMutableBufferPointer { rows in
            _ = stream.accept(UnsafeBufferPointer(rebasing: samples[..<count]), into: rows)
          }
        }
      }
      // A file that was not read to its end counts with the part that was.
      let computed = (ContinuousClock.now - before) / .seconds(1)
      let share = Double(audio.position) / Double(max(1, audio.info.sampleCount))
      sample.computeSeconds += share > 0 ? computed / share : 0
      if ContinuousClock.now - start > .milliseconds(200) { break }
    }
    return sample
  }

  private static func read(_ audio: AudioFile, _ samples: inout [Int16]) throws -> Int {
    try samples.withUnsafeMutableBufferPointer { try audio.read(into: $0) }
  }
}

extension PreprocessEstimate {
  /// The estimate as JSON, indented, a newline at the end.
  package var json: String {
    var fields = [
      JSONField("front_end", .string(summary)), JSONField("utterances", .integer(Int64(utterances))),
      JSONField("shards", .integer(Int64(shards))), JSONField("shards_kept", .integer(Int64(shardsKept))),
      JSONField("audio_seconds", .number(audioSeconds)),
      JSONField("output_bytes", .integer(Int64(outputBytes))),
      JSONField("compute_seconds", .number(computeSeconds)),
      JSONField("sampled_utterances", .integer(Int64(sampledUtterances))),
    ]
    if let freeBytes { fields.append(JSONField("free_bytes", .integer(Int64(freeBytes)))) }
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}
