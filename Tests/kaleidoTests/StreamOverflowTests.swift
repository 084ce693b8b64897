import Foundation
import TestSupport
import Testing

@Suite struct StreamOverflowTests {
  @Test func `features that overflow end the stream and are named`() throws {
    func f32(_ values: [Float]) -> Data {
      values.reduce(into: Data()) { data, value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    // Finite as samples, infinite as power.
    let input = f32([Float](repeating: 0.1, count: 8000) + [Float](repeating: 1e25, count: 8000))
    let run = try ProgramRun.kaleido(["stream", "--input", "f32", "--no-remove-dc"], input: input)
    #expect(run.status == 65)
    #expect(run.errors.contains("non-finite") && run.errors.contains("frame "))
    #expect(!run.output.contains("inf") && !run.output.contains("nan"))
    #expect(run.output.split(separator: "\n").count > 10)
  }
}
