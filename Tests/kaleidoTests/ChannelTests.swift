import Corpus
import Foundation
import TestSupport
import Testing
import TrainedModels

@testable import kaleido

@Suite("Channels") struct ChannelTests {
  private static func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }

  /// A file of 16-bit samples, or of floats that have the same values, with its channels interleaved.
  private func wav(_ channels: [[Int]], isFloat: Bool = false) -> Data {
    let (count, bytes) = (UInt16(channels.count), UInt16(isFloat ? 4 : 2))
    var body = Data()
    for index in channels[0].indices {
      for channel in channels {
        body +=
          isFloat
          ? Self.little((Float(channel[index]) / 32768).bitPattern) : Self.little(Int16(channel[index]))
      }
    }
    var data = Data("RIFF".utf8) + Self.little(UInt32(36 + body.count)) + Data("WAVEfmt ".utf8)
    data += Self.little(UInt32(16)) + Self.little(UInt16(isFloat ? 3 : 1)) + Self.little(count)
    data += Self.little(UInt32(16_000)) + Self.little(UInt32(16_000) * UInt32(bytes * count))
    data += Self.little(bytes * count) + Self.little(8 * bytes)
    return data + Data("data".utf8) + Self.little(UInt32(body.count)) + body
  }

  @Test("settings and the reader of audio have one number for the mean of all channels")
  func mixedChannels() { #expect(TrainingConfiguration.mixedChannels == AudioRequirements.mixedChannels) }

  @Test("--channel mix is the mean of all channels, of files and of streams alike")
  func mix() throws {
    let folder = try TemporaryFolder()
    let first = (0..<9000).map { ($0 &* 7919) % 4001 - 2000 }
    let second = (0..<9000).map { ($0 &* 104_729) % 2003 - 1001 }
    // Halves are no Int16, but floats hold them: the mean, as a mono file of floats would have it.
    let mean = zip(first, second).map { (Float($0) + Float($1)) / 2 / 32768 }
    func features(_ name: String, _ audio: Data, _ options: [String]) throws -> Data {
      try FileManager.default.createDirectory(
        at: folder.appending("\(name)/spk"), withIntermediateDirectories: true)
      try audio.write(to: folder.appending("\(name)/spk/a.wav"))
      let run = try ProgramRun.kaleido(
        ["preprocess", name, "--out", "\(name)-out", "--format", "npy", "--quiet"] + options, in: folder.url)
      #expect(run.status == 0, "\(run.errors)")
      let live = try ProgramRun.kaleido(
        ["stream", "--output", "npy", "--block-frames", "1000"] + options, input: audio)
      #expect(live.status == 0, "\(live.errors)")
      let shards = try folder.contents(under: "\(name)-out/shards")
      let stored = try #require(shards.first { $0.key.hasSuffix(".npy") && $0.key.contains("feats") }?.value)
      // The rows, 54 of 40 numbers, after a header.
      let rows = 54 * 40 * 4
      #expect(stored.count < rows + 512 && stored.suffix(rows) == live.outputBytes.suffix(rows))
      return stored.suffix(rows)
    }
    let mixed = try features("mixed", wav([first, second]), ["--channel", "mix"])
    #expect(try features("floats", wav([first, second], isFloat: true), ["--channel", "mix"]) == mixed)
    #expect(try features("mean", FaultyCorpus.floatWAV(mean), []) == mixed)
    #expect(try features("one", wav([first, second]), ["--channel", "1"]) != mixed)
    // A mono file is its own mean.
    let mono = try features("mono", wav([first]), ["--channel", "mix"])
    #expect(try features("plain", wav([first]), []) == mono)
    let configuration = try String(contentsOf: folder.appending("mixed-out/config.json"), encoding: .utf8)
    #expect(configuration.contains("\"channel\": \"mix\""))
  }
}
