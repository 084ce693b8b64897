import DataManifests
import Testing

@Suite("The program's data")
struct DataManifestsTests {
  @Test("is found beside the program, and loads")
  func located() throws {
    let data = try DataManifests.locate(environment: [:])
    #expect(data.origin == "bundle")
    #expect(data.timit.splits?.map(\.name) == ["train", "dev", "core-test", "test"])
  }
}
