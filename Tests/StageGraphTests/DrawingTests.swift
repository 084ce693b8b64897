import StageGraph
import Testing

struct DrawingTests {
  /// The shape of preprocessing, with a fan-out to a second front end.
  func blueprint() -> GraphBlueprint {
    let blueprint = GraphBlueprint("preprocess")
    let corpus = blueprint.add(Source<Job>("Corpus") { _ in Issue.record("drawing ran a stage") })
    let audio = blueprint.join(corpus, to: reader(workers: 4))
    let features = blueprint.join(audio, to: summing(workers: 2), capacity: 8)
    blueprint.join(features, to: Sink.each("ArchiveWriter") { _ in }, capacity: 64)
    blueprint.join(audio, to: Sink("Scorer \"A#1\"", workers: 3) { _ in })
    return blueprint
  }

  @Test("the outline names stages, messages, lanes and capacities")
  func outline() {
    #expect(
      blueprint().outline() == """
        Corpus -Job-> AudioReader ×4 (4 lanes × 16)
        AudioReader ×4 -Block-> FrontEnd ×2 (4 lanes × 8)
        FrontEnd ×2 -Block-> ArchiveWriter (2 lanes × 64)
        AudioReader ×4 -Block-> Scorer "A#1" ×3 (12 lanes × 16)

        """)
  }

  @Test("the Mermaid flowchart has a node for each stage and an arrow for each join")
  func mermaid() {
    #expect(
      blueprint().mermaid() == """
        flowchart LR
          s0(["Corpus"])
          s1["AudioReader ×4"]
          s2["FrontEnd ×2"]
          s3(["ArchiveWriter"])
          s4(["Scorer #quot;A#35;1#quot; ×3"])
          s0 -- "Job (4 × 16)" --> s1
          s1 -- "Block (4 × 8)" --> s2
          s2 -- "Block (2 × 64)" --> s3
          s1 -- "Block (12 × 16)" --> s4

        """)
  }

  @Test("a shared message is drawn with the name of the wrapped message")
  func sharedName() {
    #expect(Shared<SlabBlock>.messageName == "SlabBlock")
    #expect(PooledSamples.messageName == "PooledSamples")
  }

  @Test(
    "lanes are the least common multiple, so that each has one sender and one receiver",
    arguments: [(1, 1, 1), (1, 4, 4), (4, 1, 4), (4, 4, 4), (4, 6, 12), (3, 5, 15), (8, 2, 8)])
  func lanes(senders: Int, receivers: Int, lanes: Int) {
    let (from, to) = (description(senders), description(receivers))
    let edge = EdgeDescription(from: from, to: to, message: "Block", capacity: 16)
    #expect(edge.lanes == lanes)
    #expect(edge.messageBound == lanes * 16 + senders + receivers)
  }

  private func description(_ workers: Int) -> StageDescription {
    StageDescription(index: 0, name: "stage", workers: workers, placement: .shared)
  }
}
