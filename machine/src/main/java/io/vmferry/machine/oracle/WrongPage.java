package io.vmferry.machine.oracle;

import io.vmferry.machine.text.Figures;
import java.util.OptionalLong;

/**
 * A page that is not what the guest last wrote.
 *
 * @param block idstr of the RAM block
 * @param offset of the page within the block, in bytes
 * @param lastWriter index of the vCPU to which the page belongs
 * @param expectedStep step that wrote it last; empty when the guest never wrote it
 * @param foundStep step whose content it seems to hold; empty when it holds none
 * @param pass in which the page was last received; 0 when it never was
 * @param explanation what is wrong with it
 */
public record WrongPage(
        String block,
        long offset,
        int lastWriter,
        OptionalLong expectedStep,
        OptionalLong foundStep,
        int pass,
        String explanation) {
    @Override
    public String toString() {
        String expected =
                expectedStep.isPresent()
                        ? "last written by vCPU %d in step %s"
                                .formatted(lastWriter, Figures.number(expectedStep.getAsLong()))
                        : "never written by vCPU %d".formatted(lastWriter);
        String received = pass == 0 ? "never received" : "last received in pass " + pass;
        return "%s+0x%x (%s, %s): %s".formatted(block, offset, expected, received, explanation);
    }
}
