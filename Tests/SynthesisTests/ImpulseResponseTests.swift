import Testing

@testable import Synthesis

@Suite struct ImpulseResponseTests {
  @Test("convolution agrees with its definition", arguments: [1, 37, 5000, 30_000])
  func definition(count: Int) throws {
    var random = KeyedRandom(seed: 5, key: "convolution \(count)")
    let signal = random.normals(count: count)
    let response = random.normals(count: min(count, 900))
    let found = try ImpulseResponse(response).convolved(with: signal)
    #expect(found.count == count)
    for index in Set([0, 1, count / 3, count / 2, count - 2, count - 1]).filter({ (0..<count).contains($0) })
    {
      var exact = 0.0
      for (tap, value) in response.enumerated() where index - tap >= 0 {
        exact += Double(value) * Double(signal[index - tap])
      }
      #expect(abs(Double(found[index]) - exact) < 1e-3)
    }
  }
}
