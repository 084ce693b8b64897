import Learning
import Signal

/// The options that a front end is assembled from, and the model in which its tensors are declared.
struct AssemblyContext {
  /// The name of the kind, `:fixed` included, which the front end's summary begins with.
  let label: String
  let configuration: FeatureConfiguration
  /// Whether the classifier's gradient will reach the layers.
  let isTraining: Bool
  var declaration: ModelDeclaration

  /// The frames of a plan, summarized for a front end that is the plan alone.
  func assembly(
    _ plan: any FeaturePlan, operations: Int, description: [String]
  ) -> FrontEndAssembly {
    FrontEndAssembly(
      source: PlanFrontEnd(plan, description: "\(label): \(description.joined(separator: ", "))"),
      operations: operations, description: description)
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
}
