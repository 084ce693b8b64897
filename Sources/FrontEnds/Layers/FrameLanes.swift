import CKernels
import Foundations
import Learning

/// Eight frames side by side, `[channels][8]`: between layers that run on them so nothing is transposed.
enum FrameLanes {
  static let count = 8

  /// Rows `[count, width]`, at most eight, to lanes; those past `count` stay as they are.
  static func load(
    _ rows: UnsafePointer<Float>, rowStride: Int, count: Int, width: Int,
    into lanes: UnsafeMutablePointer<Float>
  ) { ck_lanes_best().pointee.load(rows, rowStride, count, width, lanes, Self.count) }

  /// The first `count` lanes to rows `[count, width]`.
  static func store(
    _ lanes: UnsafePointer<Float>, count: Int, width: Int, into rows: UnsafeMutablePointer<Float>
  ) { ck_lanes_best().pointee.store(lanes, Self.count, count, width, rows, width) }
}

/// A layer whose row t depends on row t alone, and which, frozen, runs on eight frames side by side.
protocol LaneLayer: SequenceLayer {
  func makeLaneStage(_ values: ModelValues) -> any LaneStage
}

/// A frozen ``LaneLayer`` at work: one thread at a time, no allocation.
protocol LaneStage: AnyObject {
  /// y = layer(x), `[inputWidth][8]` to `[outputWidth][8]`; in lanes without a frame x may be
  /// anything.
  func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>)
}

/// A layer that, frozen, takes rows and gives lanes.
protocol LaneSourceLayer: SequenceLayer {
  func makeLaneSource(_ values: ModelValues) -> any LaneSource
}

/// The source of the lanes that a ``LaneStream`` begins with: one thread at a time, no allocation.
protocol LaneSource: AnyObject {
  /// Takes up to ``LaneStream/blockRows`` rows.
  func accept(_ rows: UnsafePointer<Float>, count: Int)

  /// Writes eight of them, from row 8 · `group` on.
  func write(_ group: Int, into lanes: UnsafeMutablePointer<Float>)
}

/// Layers of lanes one after another, on a block of frames that stays in the nearest caches: rows in, rows
/// out.
///
/// A row's bits do not depend on the rows beside it.
enum LaneStream {
  /// Rows of a block.
  static let blockRows = 16

  /// The frozen form of `layers`: those that can run side by side do, as far as they follow each other from
  /// the first.
  static func make(_ layers: [any SequenceLayer], _ values: ModelValues) -> any LayerStream {
    var rest = layers[...]
    let (inputWidth, sourceLayer) = (layers[0].inputWidth, layers[0] as? any LaneSourceLayer)
    if sourceLayer != nil { rest.removeFirst() }
    var stages: [(any LaneStage, outputWidth: Int)] = []
    while let layer = rest.first as? any LaneLayer {
      stages.append((layer.makeLaneStage(values), layer.outputWidth))
      rest.removeFirst()
    }
    guard sourceLayer != nil || !stages.isEmpty else { return SequentialLayer(layers).makeStream(values) }
    let source = sourceLayer?.makeLaneSource(values) ?? RowsAsLanes(width: inputWidth)
    let lanes = stream(
      source, inputWidth: inputWidth, sourceWidth: sourceLayer?.outputWidth ?? inputWidth, stages)
    return rest.isEmpty ? lanes : SequentialStream([lanes] + rest.map { $0.makeStream(values) })
  }

  /// Rows that the frozen form of `layers` is best given at a time.
  static func rows(of layers: [any SequenceLayer]) -> Int {
    layers.first is any LaneSourceLayer || layers.first is any LaneLayer ? blockRows : RowBlock.rows
  }

  private static func stream(
    _ source: any LaneSource, inputWidth: Int, sourceWidth: Int,
    _ stages: [(stage: any LaneStage, outputWidth: Int)]
  ) -> any LayerStream {
    let outputWidth = stages.last?.outputWidth ?? sourceWidth
    let widest = stages.reduce(sourceWidth) { max($0, $1.outputWidth) }
    // Lanes before a stage and after it, in turn.
    let (even, odd) = (
      AlignedBuffer<Float>(count: FrameLanes.count * widest),
      AlignedBuffer<Float>(count: FrameLanes.count * widest)
    )
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      var start = 0
      while start < count {
        let block = min(blockRows, count - start)
        source.accept(rows + start * inputWidth, count: block)
        for group in 0..<((block + FrameLanes.count - 1) / FrameLanes.count) {
          let first = group * FrameLanes.count
          var (x, y) = (even.base, odd.base)
          source.write(group, into: x)
          for (stage, _) in stages {
            stage.apply(x, into: y)
            swap(&x, &y)
          }
          FrameLanes.store(
            x, count: min(FrameLanes.count, block - first), width: outputWidth,
            into: output + (start + first) * outputWidth)
        }
        start += block
      }
    }
  }
}

/// Rows as they are.
private final class RowsAsLanes: LaneSource {
  private let width: Int
  private var rows: UnsafePointer<Float>?
  private var count = 0

  init(width: Int) { self.width = width }

  func accept(_ rows: UnsafePointer<Float>, count: Int) {
    self.rows = rows
    self.count = count
  }

  func write(_ group: Int, into lanes: UnsafeMutablePointer<Float>) {
    guard let rows else { return }
    let first = group * FrameLanes.count
    FrameLanes.load(
      rows + first * width, rowStride: width, count: min(FrameLanes.count, count - first), width: width,
      into: lanes)
  }
}
