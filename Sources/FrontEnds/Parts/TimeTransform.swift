import Learning
import StructuredMaps

/// A transform over the frames around each frame, band by band.
enum TimeTransform {
  static let rate = OptionKey.rate(
    "rate-time", default: 0.3, help: "Factor on the learning rate of the matrix over time.")
}

extension FrontEndAssembly {
  /// Adds a butterfly over 32 frames, initially a Hamming-windowed DCT-II.
  ///
  /// - Parameter description: what is computed; the layer's own summary if nil.
  mutating func addTime(rate: Double, description: String? = nil, _ context: inout AssemblyContext) {
    guard let map = TimeTransformLayer.initial?.map else {
      preconditionFailure("the DCT of 32 points has a butterfly")
    }
    let bands = channels
    let twiddle = context.declare(
      "time.twiddle", shape: [2] + map.shape.twiddleShape, rate: rate, initialValues: map.parameters)
    let layer = TimeTransformLayer(inputWidth: bands, twiddle: twiddle)
    add(
      layer, part: "time", [twiddle],
      operations: 2 * TimeTransformLayer.frames * TimeTransformLayer.outputs * bands)
    self.description.append(description ?? layer.summary)
  }
}
