import Foundations
import Learning

/// Energies of filters over samples, summed about the center of each frame: E_c(t) = Σ_n φ_c(n) |y_c(t + n)|²
/// with y_c(t) = Σ_k h_c(k) x(t + k).
///
/// Rows of raw frames, `[frame length]`, to rows of `[filters]`. Filters are applied at every sample, not at
/// every frame. It is the first layer of a model: samples take no gradient.
struct FilteredEnergyLayer: SequenceLayer {
  let filters: any SampleFilters
  let windows: any PoolingWindows
  let geometry: SampleGeometry

  /// - Parameters:
  ///   - rowWidth: floats in a row, at least `frameLength`.
  ///   - shift: at most `frameLength`.
  init(
    filters: any SampleFilters, windows: any PoolingWindows, rowWidth: Int, frameLength: Int, shift: Int
  ) {
    self.filters = filters
    self.windows = windows
    geometry = SampleGeometry(
      rowWidth: rowWidth, frameLength: frameLength, shift: shift, filterHalf: filters.half,
      poolingHalf: windows.half)
  }

  var inputWidth: Int { geometry.rowWidth }
  var outputWidth: Int { filters.count }
  var context: FrameContext { geometry.context }
  var summary: String {
    "energies of \(filters.count) \(filters.summary) of \(filters.length) samples, "
      + "pooled by \(windows.summary)"
  }

  /// Multiplications and additions a frame.
  var operations: Int {
    let (shift, planes) = (geometry.shift, filters.planes)
    return filters.count * (2 * planes * filters.length * shift + 2 * planes * shift + 2 * windows.length)
  }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    FilteredEnergyPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream { FilteredEnergyStream(self, values) }

  func project(_ values: ModelValues) {
    filters.project(values)
    windows.project(values)
  }
}

private final class FilteredEnergyPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let inputShape: SequenceShape
  private let geometry: SampleGeometry
  private let filterHalf: Int
  private let poolingHalf: Int
  private let storage: AlignedBuffer<Float>
  private let kernel: FilteredEnergyKernel
  /// Samples of a segment, half a filter of zeros at each end.
  private let samples: AlignedBuffer<Float>
  /// `[filters, span]`, and the gradient with respect to it.
  private let power: AlignedBuffer<Float>
  private let powerGradient: AlignedBuffer<Float>
  /// y of all segments, block after block, kept for backward.
  private let products: AlignedBuffer<Float>
  private let tapGradient: AlignedBuffer<Float>
  private let windowGradient: AlignedBuffer<Float>?
  /// Samples from the start of the first window of a segment to the end of the last one.
  private let span: Int

  init(_ layer: FilteredEnergyLayer, shape: SequenceShape) {
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    geometry = layer.geometry
    filterHalf = layer.filters.half
    poolingHalf = layer.windows.half
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    kernel = FilteredEnergyKernel(layer)
    samples = AlignedBuffer<Float>(count: geometry.samples(rows: shape.rows) + 2 * filterHalf)
    span = (outputShape.rows - 1) * geometry.shift + layer.windows.length
    power = AlignedBuffer<Float>(count: layer.outputWidth * span)
    powerGradient = AlignedBuffer<Float>(count: layer.outputWidth * span)
    products = AlignedBuffer<Float>(count: shape.segments * kernel.productCount(span))
    tapGradient = AlignedBuffer<Float>(count: layer.filters.tapCount)
    windowGradient =
      layer.windows.tensors.isEmpty ? nil : AlignedBuffer<Float>(count: kernel.windows.count)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    kernel.set(values)
    for segment in 0..<outputShape.segments {
      output.row(segment * outputShape.rows).update(repeating: 0, count: outputShape.rows * output.columns)
      guard let extent = extent(segment, step) else { continue }
      load(input, segment, extent)
      forEachBlock(segment, extent) { position, count, y in
        kernel.filter(samples.base + position, count: count, into: y)
        kernel.power(y, count: count, into: power.base + position - extent.start, stride: span)
      }
      for row in extent.rows {
        kernel.pool(
          power.base + windowStart(row) - extent.start, stride: span,
          into: output.row(segment * outputShape.rows + row))
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    precondition(inputGradient == nil, "samples take no gradient")
    tapGradient.setAllToZero()
    windowGradient?.setAllToZero()
    for segment in 0..<outputShape.segments {
      guard let extent = extent(segment, step) else { continue }
      load(input, segment, extent)
      powerGradient.setAllToZero()
      if windowGradient != nil {
        forEachBlock(segment, extent) { position, count, y in
          kernel.power(y, count: count, into: power.base + position - extent.start, stride: span)
        }
      }
      for row in extent.rows {
        let start = windowStart(row) - extent.start
        kernel.poolGradient(
          outputGradient.row(segment * outputShape.rows + row), power: power.base + start,
          powerGradient: powerGradient.base + start, stride: span, windowGradient: windowGradient?.base)
      }
      forEachBlock(segment, extent) { position, count, y in
        kernel.differentiatePower(
          y, count: count, powerGradient: powerGradient.base + position - extent.start, stride: span)
        kernel.addTapGradient(y, samples: samples.base + position, count: count, to: tapGradient.base)
      }
    }
    let layer = kernel.layer
    layer.filters.addGradient(of: tapGradient.base, values, to: gradient)
    if let windowGradient {
      layer.windows.addGradient(
        of: windowGradient.base, filters: layer.filters.count, values, to: gradient)
    }
  }

  /// The part of a segment in its utterance, in samples from the segment's first.
  private struct Extent {
    /// Output rows.
    let rows: Range<Int>
    /// Input rows.
    let inputRows: Range<Int>
    /// The first sample of the first window; before the utterance where that begins in the segment.
    let start: Int
    /// The samples whose energies are summed.
    let positions: Range<Int>
  }

  private func windowStart(_ row: Int) -> Int {
    geometry.center(row + geometry.context.left) - poolingHalf
  }

  private func extent(_ segment: Int, _ step: StepContext) -> Extent? {
    let valid = step.padding[segment].validRows(of: inputShape.rows)
    let own = step.padding[segment].dropping(geometry.context).validRows(of: outputShape.rows)
    guard !valid.isEmpty, !own.isEmpty else { return nil }
    let start = windowStart(own.lowerBound)
    let end = windowStart(own.upperBound - 1) + 2 * poolingHalf + 1
    let lower = max(start, valid.lowerBound * geometry.shift)
    let upper = min(end, (valid.upperBound - 1) * geometry.shift + geometry.frameLength)
    return Extent(
      rows: own.lowerBound..<own.upperBound, inputRows: valid.lowerBound..<valid.upperBound, start: start,
      positions: lower..<max(lower, upper))
  }

  /// Writes the samples of a segment, and zeros where there are none.
  private func load(_ input: Matrix, _ segment: Int, _ extent: Extent) {
    samples.setAllToZero()
    var next = filterHalf + extent.inputRows.lowerBound * geometry.shift
    for row in extent.inputRows {
      next += geometry.copy(
        input.row(segment * inputShape.rows + row), isFirst: row == extent.inputRows.lowerBound,
        into: samples.base + next)
    }
    power.setAllToZero()
  }

  /// The blocks of a segment, each with its first sample and its y.
  private func forEachBlock(
    _ segment: Int, _ extent: Extent,
    _ body: (_ position: Int, _ count: Int, _ y: UnsafeMutablePointer<Float>) -> Void
  ) {
    var y = products.base + segment * kernel.productCount(span)
    var position = extent.positions.lowerBound
    while position < extent.positions.upperBound {
      let count = min(FilteredEnergyKernel.blockSamples, extent.positions.upperBound - position)
      body(position, count, y)
      y += kernel.productCount(count)
      position += count
    }
  }
}
