import CMeasurement

/// Keeps the calling thread, and the threads and processes it starts afterwards, on one processor.
///
/// Gives the processor, or nil where the system refuses.
func pinToOneProcessor() -> Int? {
  let processor = measurement_pin_to_one_processor()
  return processor >= 0 ? Int(processor) : nil
}

/// Allocations of this thread so far, in all languages of the process.
func threadAllocationCount() -> Int { Int(measurement_allocation_count()) }
