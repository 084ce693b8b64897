import Scoring
package import Workflows

/// A comparison, or single runs, as one self-contained HTML page.
package struct ComparisonPage: Sendable {
  private let report: ComparisonReport

  package init(report: ComparisonReport) { self.report = report }

  /// The page; the same report gives the same bytes.
  package var html: String { TemplateLibrary.render(PageView(report)) }
}

/// The data of the page template.
struct PageView {
  var title: String
  var policy = TemplateLibrary.policy
  var style = TemplateLibrary.style
  var script = TemplateLibrary.script
  var facts: [FactView]
  var links: [LinkView]
  var verdicts: SectionView<VerdictView>?
  var verdictCounts: String?
  var summaryFigure: FigureView?
  var summaryTable: TableView?
  var differences: TableView?
  var seeds: MoreView
  var significance: SignificanceView?
  var details: [DetailView]
  var excerpts: SectionView<ExcerptView>?
  var cost: TableView
  var trials: TableView?
  var computed: TableView
  var settings: MoreView
  var command: String
  var version: String

  init(_ report: ComparisonReport) {
    let contenders = ReportedContenders(report)
    let summary = SummarySection(contenders: contenders)
    let cost = CostSection(report: report)
    title =
      contenders.baseline == nil ? "Runs on \(report.corpus)" : "Front ends compared on \(report.corpus)"
    facts = Self.facts(report)
    verdicts = SectionView(VerdictSection(contenders: contenders).views)
    verdictCounts = VerdictSection(contenders: contenders).counts
    let hasRows = !report.contenders.isEmpty
    summaryFigure = hasRows ? summary.figure : nil
    summaryTable = hasRows ? summary.table : nil
    differences = summary.differencesTable
    seeds = MoreView(
      summary: "Tables by split and by seed", moreTables: [summary.splitTable, summary.seedTable])
    significance = SignificanceSection(contenders: contenders).view
    details = report.contenders.indices.map { Self.detail(contenders, $0) }
    excerpts = SectionView(ExcerptSection(contenders: contenders).views)
    self.cost = cost.table
    trials = report.contenders.contains { !$0.trials.isEmpty } ? cost.trialsTable : nil
    computed = cost.classifierTable
    settings = MoreView(
      summary: "Shared settings, and phone decoding",
      moreTables: [cost.settingsTable, cost.decodingTable])
    command = report.command
    version = report.programVersion
    links = []
    links = makeLinks()
  }

  private static func facts(_ report: ComparisonReport) -> [FactView] {
    let voices =
      report.testVoiceCount == report.testSpeakers.count
      ? "" : ", \(NumberText.plural(report.testVoiceCount, "independent voice"))"
    func excluding(_ count: Int) -> String { count > 0 ? ", \(NumberText.count(count)) excluded" : "" }
    let test = report.leftOut.test
    let named = test.prefix(5).map { " \($0.key) (\($0.reason))" }.joined(separator: ",")
    return [
      FactView(
        name: "Trained on",
        value: "\(report.trainSplit), \(NumberText.plural(report.trainUtterances, "utterance"))"
          + excluding(report.leftOut.train)),
      FactView(
        name: "Tuned on",
        value: "\(report.devSplit), \(NumberText.plural(report.devUtterances, "utterance"))"
          + excluding(report.leftOut.dev)),
      FactView(
        name: "Tested on",
        value: "\(report.testSplit), \(NumberText.plural(report.testUtterances, "utterance")), "
          + "\(NumberText.plural(report.testSpeakers.count, "speaker"))\(voices)"
          + (test.isEmpty ? "" : excluding(test.count) + ":\(named)" + (test.count > 5 ? ", …" : ""))),
      FactView(
        name: "Seeds",
        value: report.seeds.isEmpty ? NumberText.none : report.seeds.map { "\($0)" }.joined(separator: ", ")),
      FactView(name: "Measure", value: report.measure.title),
    ]
  }

  private static func detail(_ contenders: ReportedContenders, _ index: Int) -> DetailView {
    let contender = contenders.report.contenders[index]
    let strict = NumberText.spread(contender.rates(contenders.report.measure), 1)
    var note = "\(contenders.report.measure.shortTitle) \(strict)\(NumberText.narrowSpace)%"
    if let test = contenders.primary[contender.name] {
      note += ", \(NumberText.points(test.difference)) points, \(test.verdict.summary)"
    } else if contenders.baseline != nil {
      note += ", baseline"
    }
    let groups = [
      TrainingSection(contenders: contenders).group(index),
      FilterSection(contenders: contenders).group(index),
      ClassSection(contenders: contenders).group(index), SpeakerSection(contenders: contenders).group(index),
      ConfusionSection(contenders: contenders).group(index),
    ]
    return DetailView(
      id: "contender-\(index + 1)", title: contenders.label(index), note: note,
      isOpen: index == contenders.openIndex,
      groups: groups.compactMap(\.self))
  }

  private func makeLinks() -> [LinkView] {
    var links: [LinkView] = []
    if verdicts != nil { links.append(LinkView(target: "verdict", text: "Verdict")) }
    links.append(LinkView(target: "scores", text: "Scores"))
    if significance != nil { links.append(LinkView(target: "significance", text: "Significance")) }
    links.append(LinkView(target: "details", text: "Each contender"))
    if excerpts != nil { links.append(LinkView(target: "excerpts", text: "Utterances")) }
    links += [
      LinkView(target: "cost", text: "Cost"), LinkView(target: "settings", text: "Settings"),
      LinkView(target: "repeat", text: "Reproduce"), LinkView(target: "glossary", text: "Glossary"),
    ]
    return links
  }
}
