/// The form in which the kernels multiply with the 2 × 2 matrices of a product.
///
/// In unit form the rows of a complex matrix are scaled until two of its four entries are one, and the next
/// factor takes the scales back: half of the multiplications. The last factor, which nothing follows, and
/// merged factors stay full.
package enum TwiddleForm: Sendable, CaseIterable {
  /// All four entries of every matrix.
  case full
  /// Unit form in every complex matrix but those of the last factor and of merged ones.
  case unit
  /// Unit form after the first factor, which stays full: it may hold a window, whose ends are too small to be
  /// scaled.
  case unitAfterFirst
}
