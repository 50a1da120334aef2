package io.vmferry.lab.comparison;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The replies of a real QEMU and of vmferry in a dialogue.
 *
 * @param qemu the replies after each step, in order
 * @param vmferry the replies of our daemon
 */
record ComparedReplies(String dialogue, Map<String, String> qemu, Map<String, String> vmferry) {

    /** The steps that differ. */
    List<Difference> differences() {
        List<Difference> differences = new ArrayList<>();
        qemu.forEach((step, seen) -> {
            if (!seen.equals(vmferry.get(step))) {
                differences.add(new Difference(dialogue, step, seen, vmferry.get(step)));
            }
        });
        return differences;
    }

    /** Prints all steps; those that differ with both replies. */
    void print(PrintStream out) {
        out.printf("%n[%s]%n", dialogue);
        qemu.forEach((step, seen) -> {
            String ours = vmferry.get(step);
            if (seen.equals(ours)) {
                out.printf("  %s%n        = %s%n", step, seen);
            } else {
                boolean known =
                        !KnownDifference.isUnknown(new Difference(dialogue, step, seen, ours));
                out.printf("%s %s%n   QEMU   %s%n", known ? "~" : "!", step, seen);
                out.printf("   vmferry %s%n", ours);
            }
        });
    }
}
