/// The order in which a butterfly matrix applies its factors.
///
/// `increasing` is the paper's 𝓑 = B_n ··· B_4 B_2 (strides 1, 2, …, n/2 in order of application),
/// `decreasing` the adjoint class 𝓑*. Hence 𝓑𝓑* applies a decreasing block and then an increasing one.
package enum StrideDirection: String, Sendable, Hashable, CaseIterable {
  case increasing, decreasing

  package var reversed: StrideDirection { self == .increasing ? .decreasing : .increasing }

  /// log₂ of the stride of factor `index` of `count`, in order of application.
  package func logStride(at index: Int, of count: Int) -> Int {
    self == .increasing ? index : count - 1 - index
  }

  /// The direction of block `index` in an alternating sequence that begins with this direction.
  package func alternated(_ index: Int) -> StrideDirection { index % 2 == 0 ? self : reversed }
}
