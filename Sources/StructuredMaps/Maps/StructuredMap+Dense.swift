extension StructuredMap {
  /// The map as a dense matrix, `[outputLength, inputLength]`, from the products with all unit vectors.
  package func dense() -> DenseMatrix {
    var input = VectorBatch<Scalar>(length: inputLength, count: inputLength, field: .real)
    var output = VectorBatch<Scalar>(length: outputLength, count: inputLength, field: field)
    var workspace = MapWorkspace<Scalar>()
    for i in 0..<inputLength { input[i, i] = .one }
    forward(input, into: &output, workspace: &workspace)
    var matrix = DenseMatrix(rows: outputLength, columns: inputLength)
    for c in 0..<inputLength { for r in 0..<outputLength { matrix[r, c] = output[c, r] } }
    return matrix
  }

  /// M·vector for one vector; allocates, for constructions and tests.
  package func applied(to vector: [Complex]) -> [Complex] {
    let input = VectorBatch<Scalar>(complexRows: [vector])
    var output = VectorBatch<Scalar>(length: outputLength, count: 1, field: .complex)
    var workspace = MapWorkspace<Scalar>()
    forward(input, into: &output, workspace: &workspace)
    return output.vector(0)
  }
}
