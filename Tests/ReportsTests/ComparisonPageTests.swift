import DataManifests
import Files
import Foundation
import FoundationXML
import Recognition
import Reports
import Scoring
import TestSupport
import Testing

@testable import Workflows

@Suite struct ComparisonPageTests {
  @Test("a comparison, single runs and all verdicts give valid pages")
  func validity() throws {
    let reports = [
      try SampleReport().make(), try SampleReport().makeWithAllVerdicts(),
      try SampleReport(names: ["out/run"], effects: [0], isSingleRuns: true).make(),
    ]
    for report in reports {
      let page = try Page(ComparisonPage(report: report).html)
      #expect(page.problems.isEmpty, "\(page.problems)")
      #expect(page.headingsAreInOrder, "\(page.headings)")
    }
  }

  @Test("each verdict is shown by name, and single runs have none")
  func verdicts() throws {
    let html = ComparisonPage(report: try SampleReport().makeWithAllVerdicts()).html
    for verdict in ["better", "worse", "no difference shown", "too few speakers for a verdict"] {
      #expect(html.contains("<strong>\(verdict)</strong>"))
    }
    let single = try SampleReport(names: ["out/run"], effects: [0], isSingleRuns: true).make()
    let runs = ComparisonPage(report: single).html
    #expect(!runs.contains("id=\"verdict\"") && !runs.contains("id=\"significance\""))
    #expect(runs.contains("<h1>Runs on so762_adults</h1>"))
  }

  @Test("hostile names from outside stay text")
  func hostileNames() throws {
    var sample = SampleReport(names: ["mel", "fft"], effects: [0, 0.02], seeds: [1])
    // The combining marks join the quote and the bracket to one character each.
    sample.hostileText = "<script>alert(1)</script>\"\u{301} onload=x' & \u{0}\u{1B}\u{202E}<\u{338}b>"
    let html = ComparisonPage(report: try sample.make()).html
    let page = try Page(html)
    #expect(page.problems.isEmpty, "\(page.problems)")
    #expect(page.counts["script"] == 1 && page.counts["b"] == nil)
    #expect(!page.attributes.contains { $0.hasPrefix("on") })
    #expect(!html.contains("<script>alert") && !html.contains("\u{0}") && !html.contains("\u{202E}"))
  }

  @Test("nothing is loaded from the network")
  func selfContained() throws {
    let html = ComparisonPage(report: try SampleReport().make()).html
    for part in ["http:", "https:", "url(", "@import", "//cdn"] { #expect(!html.contains(part), "\(part)") }
    let page = try Page(html)
    #expect(page.addresses.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") }, "\(page.addresses)")
  }

  @Test("the policy of the page allows its own style and script alone")
  func contentSecurityPolicy() throws {
    let html = ComparisonPage(report: try SampleReport().make()).html
    let policy = try #require(
      html.firstMatch(of: /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/)?.1)
    let directives = policy.replacing("&#39;", with: "'").split(separator: "; ")
    #expect(directives.first == "default-src 'none'" && !policy.contains("unsafe"))
    for tag in ["style", "script"] {
      let parts = html.split(separator: "<\(tag)>")
      let text = try #require(parts.count == 2 ? parts[1].split(separator: "</\(tag)>").first : nil)
      let digest = Data(try sha256Bytes(Array(text.utf8))).base64EncodedString()
      #expect(directives.contains("\(tag)-src 'sha256-\(digest)'"), "\(directives)")
    }
    // A style attribute would not be applied.
    #expect(!html.contains(" style=\""))
  }

  @Test("twenty contenders with five seeds stay below five megabytes")
  func size() throws {
    var sample = SampleReport()
    sample.names = ["mel"] + (1...19).map { "kaleidoscope-time:width=\($0),expansion=2" }
    sample.effects = (0..<20).map { (index: Int) -> Double in Double(index % 7) * 0.01 }
    sample.seeds = [1, 2, 3, 4, 5]
    sample.excerptCount = 4
    let html = ComparisonPage(report: try sample.make()).html
    #expect(html.utf8.count < 5_000_000)
    #expect(try Page(html).problems.isEmpty)
  }

  @Test("the same report gives the same bytes")
  func sameBytes() throws {
    let first = ComparisonPage(report: try SampleReport(excerptCount: 1).make()).html
    #expect(first == ComparisonPage(report: try SampleReport(excerptCount: 1).make()).html)
  }

  @Test("missing and inconsistent data leave gaps, not failures")
  func missingData() throws {
    var sample = SampleReport(names: ["mel", "fft"], effects: [0, 0.02], seeds: [1], excerptCount: 1)
    sample.hasResponses = false
    var report = try sample.make()
    report.differences = []
    report.settings = []
    for index in report.contenders.indices {
      report.contenders[index].trials = []
      report.contenders[index].cost = ContenderCost()
      report.contenders[index].seeds[0].history.epochs = []
      report.contenders[index].seeds[0].confusions = []
    }
    report.excerpts[0].samples = []
    report.excerpts[0].spectrogram = []
    report.excerpts[0].reference = []
    report.excerpts[0].frameShiftSamples = 0
    report.excerpts[0].contenders = []
    #expect(try Page(ComparisonPage(report: report).html).problems.isEmpty)
    // Nothing at all, and lists whose lengths do not match.
    report.contenders[0].seeds = []
    report.contenders[1].responses = FilterResponses(
      frequenciesHertz: [0, 1, 2], start: [[]], now: [[0, .nan], [1]])
    report.testSpeakers = []
    let one = try PhoneSet(table: Array("phone\nsil\n".utf8), name: "one", path: "one.tsv")
    (report.phones, report.classes) = (one.identity, one.lastFolding)
    #expect(try Page(ComparisonPage(report: report).html).problems.isEmpty)
    report.contenders = []
    report.comparisons = []
    report.seedTests = []
    #expect(try Page(ComparisonPage(report: report).html).problems.isEmpty)
  }

  @Test("rates above one, non-finite numbers and labels out of range are shown")
  func strangeNumbers() throws {
    var sample = SampleReport(names: ["mel", "fft"], effects: [0, 0.02], seeds: [1], excerptCount: 1)
    sample.generatorSeed = 3
    var report = try sample.make()
    report.comparisons[0].comparison.contenders[0].difference = .nan
    report.comparisons[0].comparison.contenders[0].seedDifferences = [.infinity, -3]
    report.excerpts[0].spectrogram[5] = .nan
    report.excerpts[0].contenders[0].features[3] = .infinity
    report.excerpts[0].contenders[0].labels[2] = 400
    report.excerpts[0].contenders[0].phones[0].scoredClass = 77
    let html = ComparisonPage(report: report).html
    #expect(try Page(html).problems.isEmpty)
    #expect(!html.contains("nan") || !html.contains(">nan<"))
  }
}

/// A page parsed as XML, and its violations of rules that every page must follow.
final class Page: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var attributes: Set<String> = []
  private(set) var addresses: [String] = []
  private(set) var headings: [Int] = []
  private(set) var problems: [String] = []
  private var identifiers: Set<String> = []

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    if !parser.parse() {
      problems.append("not well-formed: line \(parser.lineNumber), \(String(describing: parser.parserError))")
    }
    for address in addresses
    where address.hasPrefix("#") && !identifiers.contains(String(address.dropFirst())) {
      problems.append("no target for \(address)")
    }
  }

  /// Whether headings start at level 1 and skip no level.
  var headingsAreInOrder: Bool {
    headings.first == 1 && zip(headings, headings.dropFirst()).allSatisfy { $1 <= $0 + 1 }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes found: [String: String]
  ) {
    counts[name, default: 0] += 1
    attributes.formUnion(found.keys)
    addresses += [found["href"], found["src"]].compactMap(\.self)
    if let identifier = found["id"], !identifiers.insert(identifier).inserted {
      problems.append("two elements have the id \(identifier)")
    }
    if name.count == 2, name.hasPrefix("h"), let level = Int(name.dropFirst()) { headings.append(level) }
    if name == "svg", found["aria-hidden"] == nil,
      (found["aria-label"] ?? "").isEmpty || found["role"] != "img"
    {
      problems.append("a picture without description")
    }
    if name == "img", found["alt"] == nil { problems.append("an image without description") }
    if name == "th", found["scope"] == nil { problems.append("a table heading without scope") }
    if name == "audio", found["controls"] == nil || found["aria-label"] == nil {
      problems.append("a sound without controls or description")
    }
  }
}
