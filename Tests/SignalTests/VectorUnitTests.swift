import Testing

@testable import Signal

@Suite("VectorUnit") struct VectorUnitTests {
  @Test("the units of this processor come in order, and the best is in use")
  func available() {
    #expect(VectorUnit.available.first == .baseline && VectorUnit.available.sorted() == VectorUnit.available)
    #expect(
      VectorUnit.available.count == Kernels.all.count && VectorUnit.current == VectorUnit.available.last)
    #if arch(x86_64)
      for (unit, kernels) in zip(VectorUnit.available, Kernels.all) {
        #expect(VectorUnit(kernels: kernels.name) == unit)
      }
      #expect(VectorUnit.current.fitsMathLibrary)
      #expect(VectorUnit(kernels: "avx") == nil && VectorUnit(kernels: "neon") == nil)
    #endif
  }

  @Test("a unit is not exchanged for another once kernels are in use")
  func settled() {
    #expect(Kernels.best.name == Kernels.all.last?.name)
    for unit in VectorUnit.allCases { #expect(unit.choose() == (unit == VectorUnit.current)) }
  }

  @Test("the instruction sets of a plan are read from FFTW's description of it")
  func instructionSets() throws {
    let plan =
      #"(dft-ct-dit/8 (dftw-direct-8/24 "t3fv_8_avx") (dft-direct-16-x8 "n2fv_16_avx2_128") "n1_16")"#
    #expect(FFTWPlanner.instructionSets(ofPlan: plan) == ["avx", "avx2_128"])
    #expect(FFTWPlanner.instructionSets(ofPlan: #"(dftw-direct-8/6 "t2_8") (dft-direct-8-x8 "n1_8")"#) == [])
    let ours = FFTWPlanner.instructionSets(ofPlan: try ComplexFFT(size: 256).planDescription)
    #if arch(x86_64)
      #expect(ours.isSubset(of: FFTWPlanner.allowedInstructionSets))
    #endif
  }
}
