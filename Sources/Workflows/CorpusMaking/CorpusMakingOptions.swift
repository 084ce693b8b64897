package import Synthesis

/// The options of `corpus make`.
package struct CorpusMakingOptions: Sendable {
  package var outputDirectory: String
  package var recipe: CorpusRecipe
  /// Files with a sentence on each line; the built-in grammar makes them if there are none.
  package var promptFiles: [String] = []
  /// The folder of the program's data, which is searched first.
  package var dataFolder: String?
  /// Workers of each stage that computes.
  package var jobs: Int
  /// Gives up what another recipe left in the directory.
  package var replacesExisting = false

  package init(outputDirectory: String, recipe: CorpusRecipe, jobs: Int = 1) {
    self.outputDirectory = outputDirectory
    self.recipe = recipe
    self.jobs = jobs
  }
}
