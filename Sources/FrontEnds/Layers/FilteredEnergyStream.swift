import Foundations
import Learning

/// The frozen form of ``FilteredEnergyLayer``: a line of samples, and one of energies for each filter.
final class FilteredEnergyStream: LayerStream {
  let inputChannels: Int
  let outputChannels: Int
  var latencyFrames: Int? { geometry.context.right }

  private let geometry: SampleGeometry
  private let filterHalf: Int
  private let poolingHalf: Int
  private let latency: Int
  private let kernel: FilteredEnergyKernel
  private let products: AlignedBuffer<Float>

  // Samples from `firstSample` on; before the utterance come half a filter of zeros.
  private let samples: AlignedBuffer<Float>
  private var firstSample = 0
  private var sampleCount = 0

  // Energies `[filters, powerCapacity]` of the samples from `firstPower` on.
  private let power: AlignedBuffer<Float>
  private let powerCapacity: Int
  private var firstPower = 0
  private var powerCount = 0

  private var rows = 0
  private var written = 0

  init(_ layer: FilteredEnergyLayer, _ values: ModelValues) {
    inputChannels = layer.inputWidth
    outputChannels = layer.outputWidth
    geometry = layer.geometry
    filterHalf = layer.filters.half
    poolingHalf = layer.windows.half
    latency = geometry.context.right
    kernel = FilteredEnergyKernel(layer)
    kernel.set(values)
    let block = FilteredEnergyKernel.blockSamples
    products = AlignedBuffer<Float>(count: kernel.productCount(block))
    // Samples wait for a filter's second half, and energies for a window's; the rest saves moving them often.
    let waiting = layer.filters.length + layer.windows.length + geometry.frameLength
    samples = AlignedBuffer<Float>(count: 2 * waiting + 2 * geometry.shift + filterHalf)
    powerCapacity = 2 * waiting + geometry.shift + 2 * block
    power = AlignedBuffer<Float>(count: layer.outputWidth * powerCapacity)
    begin()
  }

  func maximumFrames(accepting count: Int) -> Int { max(0, rows + count - latency) - written }
  func maximumFinishFrames(accepting count: Int) -> Int { min(rows + count, latency) }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let count = frameCount(of: frames)
    requireRoom(in: output, accepting: count)
    guard count > 0, let source = frames.baseAddress else { return 0 }
    var given = 0
    for row in 0..<count {
      makeRoom(geometry.frameLength)
      sampleCount += geometry.copy(
        source + row * inputChannels, isFirst: rows == 0, into: samples.base + sampleCount)
      rows += 1
      guard rows > latency, let target = output.baseAddress else { continue }
      write(available: firstSample + sampleCount - filterHalf, into: target + given * outputChannels)
      given += 1
    }
    return given
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    requireFinishRoom(in: output)
    var given = 0
    if rows > written {
      makeRoom(filterHalf)
      (samples.base + sampleCount).update(repeating: 0, count: filterHalf)
      sampleCount += filterHalf
      while written < rows, let target = output.baseAddress {
        write(available: firstSample + sampleCount - filterHalf, into: target + given * outputChannels)
        given += 1
      }
    }
    begin()
    return given
  }

  private func begin() {
    (rows, written) = (0, 0)
    samples.base.update(repeating: 0, count: filterHalf)
    (firstSample, sampleCount) = (-filterHalf, filterHalf)
    // Windows of the first frames begin before the utterance, where the energies are 0.
    firstPower = min(0, geometry.center(0) - poolingHalf)
    powerCount = -firstPower
    for filter in 0..<outputChannels {
      (power.base + filter * powerCapacity).update(repeating: 0, count: powerCount)
    }
  }

  /// Writes the next frame.
  ///
  /// - Parameter available: the end of the samples whose filters are complete; past it energies are 0, which
  ///   only the last frames of an utterance see.
  private func write(available: Int, into output: UnsafeMutablePointer<Float>) {
    let start = geometry.center(written) - poolingHalf
    let end = start + 2 * poolingHalf + 1
    dropPower(before: start)
    while firstPower + powerCount < min(end, available) {
      let position = firstPower + powerCount
      let count = min(FilteredEnergyKernel.blockSamples, available - position)
      let first = samples.base + position - filterHalf - firstSample
      kernel.filter(first, count: count, into: products.base)
      kernel.power(
        products.base, count: count, into: power.base + powerCount, stride: powerCapacity)
      powerCount += count
    }
    let missing = end - firstPower - powerCount
    if missing > 0 {
      for filter in 0..<outputChannels {
        (power.base + filter * powerCapacity + powerCount).update(repeating: 0, count: missing)
      }
      powerCount += missing
    }
    kernel.pool(power.base + start - firstPower, stride: powerCapacity, into: output)
    written += 1
  }

  /// Moves energies to the front where there is no room for those of a window.
  private func dropPower(before start: Int) {
    let needed = 2 * poolingHalf + 1 + FilteredEnergyKernel.blockSamples
    guard start - firstPower + needed > powerCapacity else { return }
    let dropped = start - firstPower
    let kept = max(0, powerCount - dropped)
    for filter in 0..<outputChannels {
      let line = power.base + filter * powerCapacity
      line.update(from: line + dropped, count: kept)
    }
    firstPower = start
    powerCount = kept
  }

  /// Moves samples to the front where there is no room for `count` more.
  private func makeRoom(_ count: Int) {
    guard sampleCount + count > samples.count else { return }
    let dropped = firstPower + powerCount - filterHalf - firstSample
    samples.base.update(from: samples.base + dropped, count: sampleCount - dropped)
    firstSample += dropped
    sampleCount -= dropped
  }
}
