import Testing

@testable import Workflows

@Suite struct RejectLimitTests {
  @Test(arguments: [
    ("0", 0, 10, true), ("0", 1, 10, false), ("3", 3, 10, true), ("3", 4, 10, false), ("10%", 1, 10, true),
    ("10%", 2, 10, false), ("0.5%", 1, 200, true), ("0.5%", 2, 200, false), ("100%", 10, 10, true),
  ])
  func `allows as many as it names`(text: String, bad: Int, total: Int, allowed: Bool) throws {
    let allowance = try #require(RejectLimit(text))
    #expect(allowance.allows(bad, of: total) == allowed)
  }

  @Test(arguments: ["", "-1", "x", "1.5", "-1%", "101%", "%", "nan%", "1 %"])
  func `refuses what is neither a number nor a percentage`(text: String) {
    #expect(RejectLimit(text) == nil)
  }
}
