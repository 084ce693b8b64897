import Archives
import Files
import Testing

@Suite("ArchiveFormat")
struct ArchiveFormatTests {
  @Test("every format is found by its name, and no two share one")
  func names() {
    #expect(ArchiveFormat.allCases.map(\.name).allSatisfy { ArchiveFormat(rawValue: $0)?.name == $0 })
    #expect(Set(ArchiveFormat.allCases.map(\.name)).count == ArchiveFormat.allCases.count)
    #expect(ArchiveFormat(rawValue: "KALDI") == nil)
  }

  @Test("no index is named twice", arguments: ArchiveFormat.allCases)
  func indexNames(format: ArchiveFormat) throws {
    var configuration = try TinyCorpus().configuration(format, normalized: true)
    configuration.labels = try ["phone", "61", "plain"].map { try #require(LabelSet($0)) }
    let names = IndexNames.all(of: configuration)
    #expect(Set(names).count == names.count)
  }

  @Test("a configuration holds its format, and is refused if the format cannot do what it asks")
  func configuration() throws {
    for format in ArchiveFormat.allCases {
      let configuration = plain(format, channels: 3, utterances: 1)
      #expect(try DirectoryConfiguration(json: configuration.json, path: "config.json") == configuration)
      let text = String(decoding: configuration.bytes, as: UTF8.self)
      let compressed = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.contains("\"compressed\"") ? "  \"compressed\": true," : String($0) }
      let json = try JSONParser.parse(Array(compressed.joined(separator: "\n").utf8), path: "config.json")
      let read = try? DirectoryConfiguration(json: json, path: "config.json")
      #expect(read?.isCompressed == (format.canCompress ? true : nil))
    }
  }
}
