import Corpus
import Stages
import TestSupport
import Testing

@testable import Workflows

@Suite struct CorpusLocationTests {
  @Test("a root needs a manifest: the paths of a folder are below the folder")
  func rootBesideFolder() throws {
    let folder = try TemporaryFolder()
    do {
      _ = try CorpusLocation(folder.path, root: folder.path).open(progress: WorkProgress())
      Issue.record("a root beside a folder was taken")
    } catch WorkflowError.rootBesideFolder(let corpus) {
      #expect(corpus == folder.path)
    }
  }
}
