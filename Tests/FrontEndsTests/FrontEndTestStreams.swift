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

/// Sizes of random pieces, of at most `largest`, that `count` samples are cut into.
func randomParts(of count: Int, upTo largest: Int, using generator: inout some RandomNumberGenerator) -> [Int]
{
  var parts: [Int] = []
  var rest = count
  while rest > 0 {
    parts.append(Int.random(in: 0...min(largest, rest), using: &generator))
    rest -= parts[parts.count - 1]
  }
  return parts
}

/// The number of frames of an utterance that comes in blocks, each within the room that the front end
/// announces for a block and the end of the utterance: a stream refuses too little room.
func frameCount(_ frontEnd: any FrontEnd, _ samples: [Int16], block: Int) -> Int {
  let stream = frontEnd.makeStream(utterance: "")
  var rows = [Float](repeating: 0, count: frontEnd.maximumFrames(ofBlock: block) * frontEnd.channels)
  var total = 0
  for start in stride(from: 0, to: samples.count, by: block) {
    let end = min(samples.count, start + block)
    total += rows.withUnsafeMutableBufferPointer { rows in
      var count = samples[start..<end].withUnsafeBufferPointer { stream.accept($0, into: rows) }
      if end == samples.count {
        count += stream.finish(into: .init(rebasing: rows[(count * frontEnd.channels)...]))
      }
      return count
    }
  }
  return total
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
