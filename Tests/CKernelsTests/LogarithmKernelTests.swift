import CKernels
import Foundation
import Testing

@Suite("LogarithmKernel")
struct LogarithmKernelTests {
  static func logarithms(_ set: InstructionSet, _ values: [Float]) -> [Float] {
    withFloats(values) { x in
      set.signal.logarithm(x, values.count)
      return Array(UnsafeBufferPointer(start: x, count: values.count))
    }
  }

  @Test(
    "the logarithm is within 1 ulp from the smallest normal number to the largest",
    arguments: InstructionSet.all)
  func accuracy(set: InstructionSet) {
    // Every 61st float near one, where small results make relative accuracy hardest; every 4099th elsewhere.
    let near = stride(from: Float(0.5).bitPattern, through: Float(2).bitPattern, by: 61)
    let far = stride(from: Float.leastNormalMagnitude.bitPattern, to: Float.infinity.bitPattern, by: 4099)
    var largest = 0.0
    for bits in [Array(near), Array(far)] {
      let values = bits.map { Float(bitPattern: $0) }
      for (x, y) in zip(values, Self.logarithms(set, values)) {
        let exact = log(Double(x))
        let error = abs(Double(y) - exact)
        largest = max(largest, exact == 0 ? error : error / Double(Float(exact).ulp))
      }
    }
    #expect(largest <= 1, "\(largest) ulp")
  }

  @Test(
    "a logarithm depends neither on the length of the array nor on the index", arguments: InstructionSet.all)
  func indices(set: InstructionSet) {
    let values = (0..<600).map { Float($0 + 1) * 0.37 }
    let whole = Self.logarithms(set, values)
    for length in awkwardLengths {
      for start in [0, 1, 3] {
        let piece = Self.logarithms(set, Array(values[start..<start + length]))
        #expect(piece.bits == Array(whole[start..<start + length]).bits)
      }
    }
    if let first = InstructionSet.fused.first, set.description != "baseline" {
      #expect(whole.bits == Self.logarithms(first, values).bits)
    }
  }

  @Test("the logarithm keeps infinity and NaN, and that of one is zero", arguments: InstructionSet.all)
  func special(set: InstructionSet) {
    let values = Self.logarithms(set, [.infinity, .nan, 1, 0x1p-23])
    #expect(values[0] == .infinity && values[1].isNaN && values[2] == 0 && values[3] == -15.942385)
  }
}
