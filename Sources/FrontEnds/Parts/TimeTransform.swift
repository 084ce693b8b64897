import Learning
import StructuredMaps

/// A transform over the frames around each frame, band by band.
enum TimeTransform {
  static let rate = OptionKey.rate(
    "rate-time", default: 0.3, help: "Factor on the learning rate of the matrix over time.")
}

extension FrontEndAssembly {
  /// Adds a butterfly over 32 frames, initially a Hamming-windowed DCT-II.
  mutating func addTime(rate: Double, _ context: inout AssemblyContext) {
    let outputs = TimeTransformLayer.learnedOutputs
    let map = TimeTransformLayer.initial(outputs: outputs).map
    let twiddle = context.declare(
      "time.twiddle", shape: [2] + map.shape.twiddleShape, rate: rate, initialValues: map.parameters)
    addTime(TimeTransformLayer(inputWidth: channels, outputs: outputs, twiddle: twiddle), [twiddle])
  }

  /// Adds the first outputs of a Hamming-windowed DCT-II over 32 frames.
  mutating func addFixedTime(outputs: Int) {
    addTime(TimeTransformLayer(inputWidth: channels, outputs: outputs, twiddle: nil), [])
  }

  private mutating func addTime(_ layer: TimeTransformLayer, _ tensors: [TensorReference]) {
    add(
      layer, part: layer.isLearned ? "time" : nil, tensors,
      operations: 2 * TimeTransformLayer.frames * layer.outputs * channels)
    description.append(layer.summary)
  }
}
