import Learning
import Signal

/// The options that a front end is assembled from, and the model in which its tensors are declared.
struct AssemblyContext {
  /// The name of the kind, `:fixed` included, which the front end's summary begins with.
  let label: String
  let kindName: String
  /// The frames over which level and mean are normalized.
  let gain, mean: LevelNormalization.Span
  let configuration: FeatureConfiguration
  /// Whether the classifier's gradient will reach the layers.
  let isTraining: Bool
  var declaration: ModelDeclaration

  /// The frames of a plan, summarized for a front end that is the plan alone.
  ///
  /// - Throws: ``FrontEndError`` for mel options of which no gain can be found.
  func assembly(
    _ plan: any FeaturePlan, operations: Int, description: [String]
  ) throws(FrontEndError) -> FrontEndAssembly {
    let description = description + gainDescription
    let gain = try gainNormalization()
    return FrontEndAssembly(
      source: PlanFrontEnd(
        plan, description: "\(label): \(description.joined(separator: ", "))", gain: gain),
      operations: operations + (gain == nil ? 0 : try melOperations().total), description: description)
  }

  /// Declares a learned tensor `frontend.NAME`.
  ///
  /// - Parameter rate: a factor on the classifier's learning rate.
  mutating func declare(
    _ name: String, shape: [Int], rate: Double, initialValues: [Float]
  ) -> TensorReference {
    declaration.parameter(
      "frontend.\(name)", shape: shape, group: ParameterGroup(rateFactor: Float(rate)),
      initialValues: initialValues)
  }

  /// A plan of the signal module, with its errors as those of a front end.
  func plan<Plan>(_ make: () throws(SignalError) -> Plan) throws(FrontEndError) -> Plan {
    do throws(SignalError) {
      return try make()
    } catch {
      throw .signal(error)
    }
  }

  /// Operations of a mel filter bank, and the number of its bins.
  func melOperations() throws(FrontEndError) -> (total: Int, bins: Int) {
    let mel = try plan { () throws(SignalError) in
      try MelWeights(configuration.mel, frame: configuration.frameOptions)
    }
    let pooling = mel.triangles.reduce(0) { $0 + 2 * $1.weights.count }
    return (configuration.spectrumOperations + pooling, mel.triangles.count)
  }
}
