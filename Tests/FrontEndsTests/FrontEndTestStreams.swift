import Foundations
import FrontEnds

/// Noise over a slow tone, with silence in the middle, from a seed.
func testSamples(count: Int, seed: UInt64 = 1) -> [Int16] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { index in
    guard (index / 3000) % 4 != 2 else { return 0 }
    let tone = Int16(index % 257 * 20 - 2560)
    return tone + Int16.random(in: -2000...2000, using: &generator)
  }
}

/// Runs samples through a stream in the parts given, checking that no call gives more frames than announced.
func run(_ stream: any FrontEndStream, _ samples: [Int16], parts: [Int], asFloats: Bool = false) -> [Float] {
  var values: [Float] = []
  func gather(_ frames: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Int) {
    var rows = [Float](repeating: .nan, count: frames * stream.outputChannels)
    let written = rows.withUnsafeMutableBufferPointer { body($0) }
    values += rows.prefix(written * stream.outputChannels)
  }
  var start = 0
  for part in parts {
    let piece = Array(samples[start..<(start + part)])
    let frames = stream.maximumFrames(accepting: part)
    if asFloats {
      piece.map { Float($0) }.withUnsafeBufferPointer { piece in
        gather(frames) { stream.accept(piece, into: $0) }
      }
    } else {
      piece.withUnsafeBufferPointer { piece in gather(frames) { stream.accept(piece, into: $0) } }
    }
    start += part
  }
  gather(stream.maximumFinishFrames) { stream.finish(into: $0) }
  return values
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
