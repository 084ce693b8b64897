import Archives
import Corpus
import DataManifests
import Files
import Foundations
import Stages
package import Synthesis

/// Everything that `corpus make` needs to know before it touches the output directory.
package struct CorpusMakingPlan: Sendable {
  package let options: CorpusMakingOptions
  package let design: CorpusDesign
  /// Lines of the prompt files that are not used, by reason.
  package let promptsLeftOut: [Prompt.Fault: Int]
  let phoneSymbols: [String]
  let configuration: JSONValue

  /// The largest prompt file that is read.
  private static let largestPromptFile = 64 << 20

  /// Reads the prompts, looks for the engines and designs the corpus; writes nothing.
  package init(_ options: CorpusMakingOptions) throws {
    guard !options.outputDirectory.isEmpty else {
      throw WorkflowError.outputUnnamed
    }
    self.options = options
    let prompts = try Self.prompts(options.promptFiles)
    promptsLeftOut = prompts?.leftOut ?? [:]
    design = try CorpusDesign(options.recipe, prompts: prompts?.sentences)
    phoneSymbols = try DataManifests.locate(explicit: options.dataFolder).phoneSet.phones
    let engines = try options.recipe.engines.map { engine in
      JSONField(engine.rawValue, .string(try engine.version()))
    }
    configuration = try Self.configuration(options.recipe, prompts: prompts?.sentences, engines: engines)
  }

  private static func prompts(_ files: [String]) throws -> PromptList? {
    guard !files.isEmpty else { return nil }
    let store = FileStore()
    var list = PromptList()
    for file in files {
      func unusable(_ fault: WorkflowError.PromptFileFault) -> WorkflowError {
        .promptFile(path: file, fault, allowedBytes: largestPromptFile)
      }
      guard let status = try store.status(file) else { throw unusable(.missing) }
      // A pipe is not waited for, and a device is not read for ever.
      guard status.isRegular else { throw unusable(.notAFile) }
      guard status.bytes <= largestPromptFile, let bytes = try store.contents(of: file) else {
        throw unusable(.tooLarge(bytes: status.bytes))
      }
      list.add(bytes)
    }
    return list
  }

  /// All that the corpus's bytes depend on: the configuration of the directory, which takes no other.
  private static func configuration(
    _ recipe: CorpusRecipe, prompts: [String]?, engines: [JSONField]
  ) throws -> JSONValue {
    let promptDigest = try prompts.map { try sha256(Array($0.joined(separator: "\n").utf8)) }
    return [
      "made_by": "kaleido corpus make", "version": .integer(CorpusFolder.version),
      "program_version": .string(ProgramVersion.current),
      "options": [
        "preset": .string(recipe.preset.rawValue), "speakers": .integer(Int64(recipe.speakers)),
        "minutes": .number(recipe.minutes), "seed": .string("\(recipe.seed)"), "clean": .bool(recipe.isClean),
        "prompts-sha256": .string(promptDigest ?? "none"),
      ],
      "engines": .object(engines),
      "arithmetic-sha256": .string(try sha256(Array(SynthesisIdentity.arithmetic().utf8))),
    ]
  }
}
