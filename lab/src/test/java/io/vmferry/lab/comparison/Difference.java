package io.vmferry.lab.comparison;

import org.jspecify.annotations.Nullable;

/** A step of a situation that a manager sees differently. */
record Difference(String situation, String step, String qemu, @Nullable String vmferry) {

    @Override
    public String toString() {
        return "%n[%s] %s%n    QEMU    %s%n    vmferry %s"
                .formatted(situation, step, qemu, vmferry);
    }
}
