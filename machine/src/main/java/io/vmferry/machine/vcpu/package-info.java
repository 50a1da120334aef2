/**
 * The guest program. What each virtual CPU does is a pure function of the guest's seed, its
 * workload and a step number ({@link io.vmferry.machine.vcpu.GuestProgram}), and each step writes
 * one page whose bytes tell who wrote it and when ({@link io.vmferry.machine.vcpu.PageContent}). So
 * a whole run can be checked, and replayed, from a few counters ({@link
 * io.vmferry.machine.vcpu.VcpuState}).
 *
 * <p>{@link io.vmferry.machine.vcpu.Vcpu} knows neither clocks nor threads; {@link
 * io.vmferry.machine.vcpu.VcpuThreads} drives it in the daemons, a simulator drives it in virtual
 * time.
 */
package io.vmferry.machine.vcpu;
