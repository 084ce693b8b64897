import FrontEnds
import Learning
import Testing

/// Checks of every front end of filters over samples.
enum SampleFilterChecks {
  /// The same bits cut, in training and frozen, and no more frames of a block than announced.
  static func sameBits(_ request: String) throws {
    let suite = LayeredFrontEndTests()
    try suite.chunking(request: request, seed: 3)
    try suite.trainingAgainstFrozen(request: request)
    try suite.blockRows(request: request, block: 1000)
  }

  /// Each filter answers most to a tone near the center of its mel band.
  static func tones(_ kind: String) throws {
    var declaration = ModelDeclaration(seed: 1)
    let frontEnd = try FrontEndSpec(parsing: "\(kind):bins=20").makeTrainable(declaration: &declaration)
    let frequencies = (0...160).map { 50 * Double($0) }
    let found = try #require(
      frontEnd.toneResponses(ModelValues(declaration), frequenciesHertz: frequencies))
    let points = ReferenceFilters.melPoints(from: 20, to: 8000, count: 22)
    #expect(found.count == 20)
    for (band, filter) in found.enumerated() {
      let best = filter.indices.max { filter[$0] < filter[$1] } ?? 0
      #expect(abs(frequencies[best] - points[band + 1]) <= 50, "\(band)")
    }
  }
}
