package io.vmferry.machine.vcpu;

/**
 * Everything about a vCPU that travels with the guest (device section {@code cpu}, instance =
 * index). Together with RAM it decides whether the guest arrived as it was.
 *
 * @param index of this vCPU
 * @param count of vCPUs in the guest
 * @param seed of the guest
 * @param workload in the form that {@link WorkloadSpec#parse} reads
 * @param guestPages pages of RAM over all blocks
 * @param stepsExecuted number of steps done, which is also the number of the next step
 * @param digest sum over the pages of this vCPU of their share, see {@link PageContent}
 * @param locator the same sum with each share multiplied by its page number: with both sums a
 *     single wrong page of the initial image can be named
 * @param imagePages pages of this vCPU that still hold non-zero bytes of the initial memory image
 */
public record VcpuState(
        int index,
        int count,
        long seed,
        String workload,
        long guestPages,
        long stepsExecuted,
        long digest,
        long locator,
        long imagePages) {
    public VcpuState {
        if (count < 1 || index < 0 || index >= count) {
            throw new IllegalArgumentException("There is no vCPU " + index + " of " + count);
        }
        if (guestPages < 0 || stepsExecuted < 0 || imagePages < 0 || imagePages > guestPages) {
            throw new IllegalArgumentException(
                    "vCPU %d has impossible counters: %d guest pages, %d steps, %d image pages"
                            .formatted(index, guestPages, stepsExecuted, imagePages));
        }
    }

    /** What this vCPU does. */
    public GuestProgram program() {
        return new GuestProgram(seed, WorkloadSpec.parse(workload), index, count, guestPages);
    }

    /**
     * An entry of the ledger of executed steps: {@code from} (inclusive) to {@code to} (exclusive)
     * were executed on this side. Over both sides of a migration the intervals of a vCPU cover each
     * step number exactly once.
     */
    public record StepInterval(long from, long to) {
        public StepInterval {
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(
                        "Steps " + from + " to " + to + " are no interval");
            }
        }
    }
}
