extension ButterflyMatrix {
  /// The matrix as a map of one stack and one block, sharing its parameters.
  package var asKaleidoscope: KaleidoscopeMatrix<Scalar> {
    KaleidoscopeMatrix(
      unchecked: KaleidoscopeShape(
        unchecked: size, inputLength: size, outputLength: size, blockCount: 1, firstDirection: direction,
        field: field), parameters: parameters)
  }
}
