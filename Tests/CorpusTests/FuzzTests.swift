import Corpus
import DataManifests
import Foundation
import Foundations
import TestSupport
import Testing

/// For any bytes every call returns or throws a typed error; nothing traps or hangs.
@Suite("Fuzz")
struct FuzzTests {
  let data: DataManifests

  init() throws { data = try testData.get() }

  /// Changes, removes, repeats or inserts a few bytes.
  static func mutate(_ bytes: [UInt8], within: Int, _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      guard !bytes.isEmpty else { break }
      let index = Int.random(in: 0..<min(within, bytes.count), using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: index)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
      case 4: bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
      case 5: bytes[index] = [0x30, 0x39, 0x2D, 0xFF, 0x0A, 0x00].randomElement(using: &generator) ?? 0
      case 6:
        let digits = Array("99999999999999999999".utf8.prefix(Int.random(in: 1...20, using: &generator)))
        bytes.insert(contentsOf: digits, at: index)
      default:
        let end = min(bytes.count, index + Int.random(in: 1...64, using: &generator))
        bytes.insert(contentsOf: bytes[index..<end], at: index)
      }
    }
    return bytes
  }

  static let audio: [[UInt8]] = {
    let data = AudioBytes.pcm16(AudioBytes.noise(600, seed: 3))
    return [
      AudioBytes.sphere(data), AudioBytes.sphere(data, size: 2048), AudioBytes.riff(data),
      AudioBytes.riff(
        data, before: AudioBytes.chunk("LIST", [1, 2, 3]), after: AudioBytes.chunk("LIST", [4, 5])),
      AudioBytes.riff(data, format: AudioBytes.format(tag: 0xFFFE, extra: AudioBytes.extensible())),
      AudioBytes.riff(data, format: AudioBytes.format(bits: 24)),
      AudioBytes.riff(data, format: AudioBytes.format(tag: 3, bits: 32)),
    ]
  }()

  @Test("mutated audio headers never trap", arguments: 0..<40 as Range<UInt64>)
  func mutatedAudio(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    for original in Self.audio {
      for _ in 0..<4 {
        let bytes = Self.mutate(original, within: 320, &generator)
        let path = try folder.write("A.WAV", bytes)
        for requirements in [AudioRequirements(), .init(sampleRateHertz: nil, channel: 1)] {
          do throws(CorpusError) {
            let samples = try AudioReading.floats(path, requirements: requirements)
            // There are no more samples than bytes.
            #expect(samples.count <= bytes.count, "seed \(seed)")
          } catch {
            guard case .rejected = error else { throw error }
          }
        }
        bytes.withUnsafeBytes { prefix in
          _ = try? StreamHeader(prefix, requirements: .init(sampleRateHertz: nil))
        }
      }
    }
  }

  @Test("mutated files of every container and coding never trap", arguments: 0..<12 as Range<UInt64>)
  func mutatedContainers(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    for name in AudioContainerTests.files.map(\.name) {
      let original = try AudioContainerTests.bytes(name)
      for within in [120, original.count] {
        let bytes = Self.mutate(original, within: within, &generator)
        let path = try folder.write("A.WAV", bytes)
        do throws(CorpusError) {
          _ = try AudioReading.floats(
            path, requirements: .init(sampleRateHertz: nil, channel: 1, maximumSampleCount: 1 << 20))
        } catch {
          guard case .rejected = error else { throw error }
        }
      }
    }
  }

  @Test("random bytes as audio never trap", arguments: 0..<40 as Range<UInt64>)
  func randomAudio(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    for magic in [
      "", "NIST_1A\n", "NIST_1A\n   1024\n", "RIFF\0\0\0\0WAVE", "RIFF\0\0\0\0WAVEfmt ", "fLaC",
      "OggS\0\u{2}", "ID3\u{4}\0\0\0\0\0\0",
      "FORM\0\0\u{20}\0AIFC", "caff\0\u{1}\0\0desc", "RF64\0\0\0\0WAVEds64", "riff.\u{11}",
    ] {
      let count = Int.random(in: 0...3000, using: &generator)
      let tail = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let path = try folder.write("A.WAV", Array(magic.utf8) + tail)
      _ = try AudioReading.outcome(path)
    }
  }

  @Test("mutated labels never trap", arguments: 0..<200 as Range<UInt64>)
  func mutatedLabels(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let original = Array("0 2260 h#\n2260 4149 sh\n4149 5740 iy\n5740 6360 hv\n6360 16000 axr\n".utf8)
    let bytes = Self.mutate(original, within: original.count, &generator)
    let context = LabelContext(path: "A.PHN", sampleCount: 16_000)
    bytes.withUnsafeBytes { buffer in
      do throws(CorpusError) {
        let track = try PhoneTrack.parse(buffer, phones: data.phoneSet, context: context).track
        var position = 0
        for interval in track.intervals {
          #expect(interval.start >= position && interval.end > interval.start && interval.end <= 16_000)
          #expect(interval.phone < 61)
          position = interval.end
        }
      } catch {
        #expect(error.finding?.severity == .reject, "seed \(seed)")
      }
      _ = WordTrack.parse(buffer, context: context)
      _ = Transcript.parse(buffer, context: context)
    }
  }

  @Test("mutated labels of every format never trap", arguments: 0..<60 as Range<UInt64>)
  func mutatedFormats(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for file in LabelFormatTests.cases {
      let original = Array(file.text.utf8)
      let bytes = Self.mutate(original, within: original.count, &generator)
      let context = LabelContext(path: file.path, sampleCount: 16_000, names: ["A"])
      bytes.withUnsafeBytes { buffer in
        do throws(CorpusError) {
          let track = try PhoneTrack.parse(buffer, phones: data.phoneSet, context: context).track
          #expect(track.intervals.allSatisfy { $0.start < $0.end && $0.end <= 16_000 })
        } catch {
          #expect(error.finding?.severity == .reject, "seed \(seed)")
        }
        for format in LabelFormats.all {
          #expect(format.sections(buffer).values.allSatisfy { $0.upperBound <= bytes.count })
        }
      }
    }
  }

  @Test("mutated manifests never trap", arguments: 0..<100 as Range<UInt64>)
  func mutatedManifest(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    try folder.utterance("a/A")
    let line =
      #"{"id":"a","audio":"a/A.WAV","labels":"a/A.PHN","speaker":"s","channel":1,"x":[1e5,{"y":"\u00e9"}]}"#
    let original = Array("\(line)\n{\"id\":\"b\",\"audio\":\"a/A.WAV\"}\n".utf8)
    for _ in 0..<10 {
      let bytes = Self.mutate(original, within: original.count, &generator)
      let path = try folder.write("m.jsonl", bytes)
      do throws(CorpusError) {
        let catalog = try CorpusCatalog(path, data: data)
        for utterance in catalog.utterances where utterance.rejection == nil {
          #expect(utterance.audioPath == "a/A.WAV", "seed \(seed)")
        }
      } catch {
        #expect(error.kind == .badInput || error.kind == .noInput, "seed \(seed): \(error)")
      }
    }
  }
}
