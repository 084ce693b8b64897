/// What is known of features that another tool made.
package struct GivenFeatureOptions: Sendable, Equatable {
  /// Floats in a row.
  package var channels = 40

  /// Row t stands for frame t − shift of the framing options.
  package var labelShift = 0

  package init() {}
}
