import Archives
import Foundation
import FrontEnds
import Stages
import TestSupport
import Testing

@Suite("Features of another tool") struct ExternalFeatureFolderTests {
  private func write(
    _ values: [Float], columns: Int = 2, as name: String = "A_1", to folder: TemporaryFolder
  ) throws {
    var header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.count / columns), \(columns)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data += Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]) + Data(header.utf8)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    try data.write(to: folder.appending("\(name).npy"))
  }

  @Test("a value whose squares overflow is refused, with its row and column", arguments: [3e38, -1.1e15])
  func largeValue(value: Float) throws {
    let folder = try TemporaryFolder()
    try write([1, 2, 3, 1e15, value, 0], to: folder)
    do {
      _ = try ExternalFeatureFolder(folder.path, labelShift: nil).matrix("A_1")
      Issue.record("the features were taken")
    } catch StageError.externalValue(_, let key, let row, let column, let found, _) {
      #expect(key == "A_1" && row == 2 && column == 0 && found == value)
    }
  }

  @Test("values up to the limit are taken as they are")
  func ordinaryValues() throws {
    let folder = try TemporaryFolder()
    let values: [Float] = [1, -2, 1e15, -1e15]
    try write(values, to: folder)
    let matrix = try ExternalFeatureFolder(folder.path, labelShift: nil).matrix("A_1")
    #expect(matrix.rows == 2 && matrix.columns == 2 && matrix.values == values)
  }

  @Test("matrices with a row a channel are reported as such, whether their lengths differ or not")
  func transposed() throws {
    let folder = try TemporaryFolder()
    try write([Float](repeating: 1, count: 3 * 98), columns: 98, to: folder)
    try write([Float](repeating: 1, count: 3 * 50), columns: 50, as: "A_2", to: folder)
    let features = try ExternalFeatureFolder(folder.path, labelShift: nil)
    let timing = try FrontEndSpec(.mel).makeFrontEnd().timing
    for (name, body) in [
      ("survey", { _ = try features.survey(["A_1", "A_2"]) }),
      ("frames", { _ = try features.frames("A_1", samples: 16_000, timing: timing) }),
    ] as [(String, () throws -> Void)] {
      do {
        try body()
        Issue.record("\(name): the features were taken")
      } catch StageError.externalTransposed(_, _, let rows, _) {
        #expect(rows == 3)
      }
    }
  }

  @Test("a value that is not finite is refused", arguments: [Float.infinity, -.infinity, .nan])
  func notFinite(value: Float) throws {
    let folder = try TemporaryFolder()
    try write([1, value], to: folder)
    #expect(throws: ArchiveError.self) {
      try ExternalFeatureFolder(folder.path, labelShift: nil).matrix("A_1")
    }
  }
}
