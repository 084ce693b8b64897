extension KaleidoscopeMatrix {
  /// A permutation of 2^k positions, y[i] = x[p[i]], as one 𝓑𝓑* of swaps, exactly.
  ///
  /// Strides n/2 … 1 and 1 … n/2 form a Beneš network; the looping algorithm sets its switches in O(n log n).
  ///
  /// Source: Dao et al., "Kaleidoscope", ICLR 2020, lemma G.3; Waksman, "A permutation network", J. ACM 15
  /// (1968).
  ///
  /// - Throws: ``StructuredMapError/notPowerOfTwo(_:found:)``.
  package init(_ permutation: Permutation) throws(StructuredMapError) {
    let size = permutation.count
    guard size >= 2, size.nonzeroBitCount == 1, size <= KaleidoscopeShape.largestSize else {
      throw .notPowerOfTwo(.permutation, found: size)
    }
    var map = Self(
      identity: KaleidoscopeShape(
        unchecked: size, inputLength: size, outputLength: size, blockCount: 2,
        firstDirection: .decreasing, field: .real))
    let factorStride = 2 * size
    let factorCount = 2 * size.trailingZeroBitCount
    func swap(factor: Int, pair: Int) {
      let start = factor * factorStride + 4 * pair
      map.parameters[start] = 0
      map.parameters[start + 1] = 1
      map.parameters[start + 2] = 1
      map.parameters[start + 3] = 0
    }
    // Level by level: subnetworks of one size, each with its offset and permutation.
    var networks = [(offset: 0, sources: permutation.sources)]
    for level in 0..<size.trailingZeroBitCount {
      var inner: [(offset: Int, sources: [Int])] = []
      for (offset, sources) in networks {
        let half = sources.count / 2
        let pairOffset = offset / 2
        if half == 1 {
          // The innermost factor of the increasing block stays the identity.
          if sources[0] == 1 { swap(factor: level, pair: pairOffset) }
          continue
        }
        let (upper, lower, inputSwaps, outputSwaps) = Self.route(sources)
        for pair in 0..<half {
          if inputSwaps[pair] { swap(factor: level, pair: pairOffset + pair) }
          if outputSwaps[pair] { swap(factor: factorCount - 1 - level, pair: pairOffset + pair) }
        }
        inner.append((offset, upper))
        inner.append((offset + half, lower))
      }
      networks = inner
    }
    self = map
  }

  /// Splits a permutation into those of the two inner networks and the outer switches of a Beneš network.
  private static func route(
    _ sources: [Int]
  ) -> (upper: [Int], lower: [Int], inputSwaps: [Bool], outputSwaps: [Bool]) {
    let (count, half) = (sources.count, sources.count / 2)
    var destination = sources
    for (output, source) in sources.enumerated() { destination[source] = output }
    // The inner network of each output: the two of an output pair differ, and so do the two of an input pair.
    var network = Array(repeating: -1, count: count)
    for start in 0..<half where network[start] < 0 {
      var output = start
      while network[output] < 0 {
        network[output] = 0
        let partner = destination[(sources[output] + half) % count]
        network[partner] = 1
        output = (partner + half) % count
      }
    }
    var (upper, lower) = (Array(repeating: 0, count: half), Array(repeating: 0, count: half))
    var inputSwaps = Array(repeating: false, count: half)
    var outputSwaps = inputSwaps
    for output in 0..<count {
      let (pair, source) = (output % half, sources[output])
      if network[output] == 0 {
        upper[pair] = source % half
        outputSwaps[pair] = output >= half
        inputSwaps[source % half] = source >= half
      } else {
        lower[pair] = source % half
      }
    }
    return (upper, lower, inputSwaps, outputSwaps)
  }
}
