package io.vmferry.machine.vcpu;

/**
 * An entry of the ledger of executed steps: {@code from} (inclusive) to {@code to} (exclusive) were
 * executed on this side. Over both sides of a migration the intervals of a vCPU cover each step
 * number exactly once.
 */
public record StepInterval(long from, long to) {
    public StepInterval {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("Steps " + from + " to " + to + " are no interval");
        }
    }
}
