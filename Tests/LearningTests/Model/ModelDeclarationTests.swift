import Learning
import Testing

@Suite("ModelDeclaration")
struct ModelDeclarationTests {
  @Test("tensors begin on cache lines and have their declared initial values")
  func layout() {
    var declaration = ModelDeclaration(seed: 1)
    let weight = declaration.parameter("weight", shape: [3, 2], initialValues: [1, 2, 3, 4, 5, 6])
    let bias = declaration.parameter("bias", shape: [3], initialValues: [7, 8, 9])
    let mean = declaration.statistic("mean", shape: [2], initialValue: 0.5)
    let values = ModelValues(declaration)
    #expect(weight.offset % 16 == 0 && bias.offset % 16 == 0 && bias.offset >= 6)
    #expect((0..<6).map { values.parameter(weight)[$0] } == [1, 2, 3, 4, 5, 6])
    #expect((0..<3).map { values.parameter(bias)[$0] } == [7, 8, 9])
    #expect((0..<2).map { values.statistic(mean)[$0] } == [0.5, 0.5])
  }
}
