/**
 * Fuzzing: mutated bytes for everything that reads bytes of a peer or a client, within one process.
 * A {@link io.vmferry.lab.fuzz.Target} is such a reader with what surrounds it; a {@link
 * io.vmferry.lab.fuzz.Fuzzer} mutates inputs and checks three rules for each reader: it rejects
 * input with a named error and throws nothing else, no input costs more than its length, and the
 * result of an input does not depend on how its bytes were cut.
 */
package io.vmferry.lab.fuzz;
