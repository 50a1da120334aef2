/**
 * Mutants: realistic faults that are planted, one at a time, into the built classes of both engines
 * by a java agent, to see whether the proof finds them. Each names the {@link
 * io.vmferry.lab.simulator.Invariant} that must catch it. A mutant is data: an {@link
 * io.vmferry.lab.mutants.Edit} says where in which class file what is changed, and one that does
 * not find its place any more is an error.
 */
package io.vmferry.lab.mutants;
