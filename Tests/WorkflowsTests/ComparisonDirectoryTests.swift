import Files
import Foundation
import TestSupport
import Testing

@testable import Workflows

@Suite struct ComparisonDirectoryTests {
  private func configuration(version: Int64) -> JSONValue {
    ["version": .integer(version), "kind": "kaleido-comparison", "measure": "phones"]
  }

  @Test(arguments: [1, 2] as [Int64], [false, true])
  func `a comparison of an earlier version is refused, replaced or not, and stays as it was`(
    version: Int64, isReplaced: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let config = folder.appending("config.json")
    let held = Data(configuration(version: version).bytes)
    try held.write(to: config)
    let directory = ComparisonDirectory(path: folder.path)
    #expect(
      throws: FileError.otherVersion(
        path: config.path, expected: ComparisonDirectory.version, found: "\(version)")
    ) {
      try directory.begin(
        configuration(version: ComparisonDirectory.version), .comparison, replacesExisting: isReplaced)
    }
    #expect(try Data(contentsOf: config) == held)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["config.json"])
  }
}
