import Files
import Foundation
import TestSupport
import Testing

@testable import Workflows

@Suite struct ComparisonDirectoryTests {
  private func configuration(version: Int64) -> JSONValue {
    ["version": .integer(version), "kind": "kaleido-comparison", "measure": "phones"]
  }

  @Test(arguments: [1, 2, 3] as [Int64], [false, true])
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
        configuration(version: ComparisonDirectory.version), replacesExisting: isReplaced)
    }
    #expect(try Data(contentsOf: config) == held)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["config.json"])
  }

  @Test(arguments: [false, true])
  func `a second run beside one that writes is refused, whatever it may replace`(isReplaced: Bool) throws {
    let folder = try TemporaryFolder()
    let directory = ComparisonDirectory(path: folder.path)
    let current = configuration(version: ComparisonDirectory.version)
    do {
      let claim = try directory.begin(current, replacesExisting: false)
      defer { withExtendedLifetime(claim) {} }
      let error = #expect(throws: FileError.self) {
        try directory.begin(current, replacesExisting: isReplaced)
      }
      guard case .inUse(folder.path, _) = error else {
        Issue.record("\(error as Any)")
        return
      }
    }
    _ = try directory.begin(current, replacesExisting: isReplaced)
  }

  @Test func `a report is not mixed with a comparison`() throws {
    let folder = try TemporaryFolder()
    let directory = ComparisonDirectory(path: folder.path)
    _ = try directory.begin(
      configuration(version: ComparisonDirectory.version), replacesExisting: false)
    let error = #expect(throws: FileError.self) {
      try directory.begin(
        ["version": .integer(ComparisonDirectory.version), "kind": "kaleido-report", "measure": "phones"],
        replacesExisting: false)
    }
    guard case .configurationDiffers(_, let fields) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(fields.map(\.field) == ["kind"])
  }
}
