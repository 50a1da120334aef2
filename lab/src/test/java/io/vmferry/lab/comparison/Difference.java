package io.vmferry.lab.comparison;

import org.jspecify.annotations.Nullable;

/** A step of a dialogue that a manager sees differently. */
record Difference(String dialogue, String step, String qemu, @Nullable String vmferry) {

    @Override
    public String toString() {
        return "%n[%s] %s%n    QEMU    %s%n    vmferry %s".formatted(dialogue, step, qemu, vmferry);
    }
}
