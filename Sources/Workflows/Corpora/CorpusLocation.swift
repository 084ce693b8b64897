package import Corpus
import DataManifests
import Glibc
import Stages

/// A corpus and the data that it is read with.
package struct CorpusLocation: Sendable {
  /// A folder or a list of utterances.
  package var path: String
  /// The folder that a manifest's paths are relative to; the manifest's own if nil.
  package var root: String?
  /// The folder of the program's data, which is searched first.
  package var dataFolder: String?
  /// The layout, and how labels are read.
  package var options: CorpusOptions

  /// The name of the manifest in the folder of a made corpus.
  static let manifestName = "manifest.jsonl"

  package init(
    _ path: String, root: String? = nil, dataFolder: String? = nil, options: CorpusOptions = CorpusOptions()
  ) {
    self.path = path
    self.options = options
    self.root = root
    self.dataFolder = dataFolder
  }

  /// Catalogs the corpus; the task's cancellation ends it.
  ///
  /// - Throws: ``WorkflowError`` for a corpus of which nothing can be used, and what ``catalog(progress:)``
  ///   throws.
  func open(progress: WorkProgress, modelPhones: PhoneSet? = nil) throws -> CorpusCatalog {
    let catalog = try catalog(progress: progress, modelPhones: modelPhones)
    guard !catalog.utterances.isEmpty else {
      throw WorkflowError.nothingUsable(corpus: path, findings: catalog.findings)
    }
    return catalog
  }

  /// Catalogs the corpus, be it empty; the task's cancellation ends it.
  ///
  /// - Parameter modelPhones: the phone set of a model that meets the corpus.
  /// - Throws: ``WorkflowError`` for a root beside a folder, which has no paths to be relative to it;
  ///   ``CorpusError``, ``DataManifestError``.
  func catalog(progress: WorkProgress, modelPhones: PhoneSet? = nil) throws -> CorpusCatalog {
    var status = stat()
    if root != nil, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      !CorpusLayouts.hasRoot(path, layout: options.layout)
    {
      throw WorkflowError.rootBesideFolder(corpus: path)
    }
    let data = try DataManifests.locate(explicit: dataFolder)
    let catalog = try CorpusCatalog(
      path, root: root, options: options, data: data, modelPhones: modelPhones, progress: progress)
    progress.enter(corpusLayout: catalog.layout)
    return catalog
  }
}

extension CorpusCatalog {
  /// Catalogs a corpus, reporting how far it is; the task's cancellation ends it.
  init(
    _ corpus: String, root: String?, options: CorpusOptions, data: DataManifests, modelPhones: PhoneSet?,
    progress: WorkProgress
  ) throws(CorpusError) {
    progress.enter(.cataloging)
    try self.init(corpus, root: root, options: options, data: data, modelPhones: modelPhones) {
      utterances throws(CorpusError) in
      progress.reach(item: utterances)
      if Task.isCancelled { throw .cancelled }
    }
  }
}
