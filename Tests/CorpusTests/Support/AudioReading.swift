import Corpus
import DataManifests

let testData = Result { try DataManifests.locate(environment: [:]) }

/// The outcome of reading a file: its samples and warnings, or the code of its rejection.
enum Outcome: Equatable {
  case used(samples: Int, warnings: [FindingCode])
  case rejected(FindingCode)
}

/// Functions that read files as the pipeline does.
enum AudioReading {
  static func floats(
    _ path: String, requirements: AudioRequirements = .init(), block: Int = 4096
  ) throws(CorpusError) -> [Float] {
    let file = try AudioFile(path: path, requirements: requirements)
    var samples: [Float] = []
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: block)
    defer { buffer.deallocate() }
    while true {
      let got = try file.read(into: buffer)
      if got == 0 { return samples }
      samples += buffer[..<got]
    }
  }

  static func int16s(
    _ path: String, requirements: AudioRequirements = .init(), block: Int = 4096
  ) throws(CorpusError) -> [Int16] {
    let file = try AudioFile(path: path, requirements: requirements)
    var samples: [Int16] = []
    let buffer = UnsafeMutableBufferPointer<Int16>.allocate(capacity: block)
    defer { buffer.deallocate() }
    while true {
      let got = try file.read(into: buffer)
      if got == 0 { return samples }
      samples += buffer[..<got]
    }
  }

  static func outcome(
    _ path: String, requirements: AudioRequirements = .init(minimumSampleCount: 400)
  ) throws(CorpusError) -> Outcome {
    do throws(CorpusError) {
      let file = try AudioFile(path: path, requirements: requirements)
      let samples = try floats(path, requirements: requirements)
      return .used(samples: samples.count, warnings: file.warnings.map(\.code))
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      return .rejected(finding.code)
    }
  }
}
