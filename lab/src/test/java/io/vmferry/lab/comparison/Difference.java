package io.vmferry.lab.comparison;

/** A step of a situation that a manager sees differently. */
record Difference(String situation, String step, String qemu, String vmferry) {

    @Override
    public String toString() {
        return "%n[%s] %s%n    QEMU    %s%n    vmferry %s"
                .formatted(situation, step, qemu, vmferry);
    }
}
