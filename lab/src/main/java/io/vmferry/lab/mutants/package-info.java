/**
 * Mutants: realistic bugs that a Java agent plants, one at a time, into the built classes of both
 * engines, to test the simulator's checks. Each names the {@link
 * io.vmferry.lab.simulator.Invariant} that must catch it. A mutant is data: an {@link
 * io.vmferry.lab.mutants.Edit} names the class file, the method and the change, and one that does
 * not find what it changes is an error.
 */
package io.vmferry.lab.mutants;
