import CMeasurement

/// Pins the calling thread, and threads and processes started later, to one processor.
///
/// Returns the processor, or nil if the system refuses.
func pinToOneProcessor() -> Int? {
  let processor = measurement_pin_to_one_processor()
  return processor >= 0 ? Int(processor) : nil
}

/// The number of allocations of this thread so far, in all languages of the process.
func threadAllocationCount() -> Int { Int(measurement_allocation_count()) }
