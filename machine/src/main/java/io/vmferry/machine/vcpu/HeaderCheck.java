package io.vmferry.machine.vcpu;

import io.vmferry.machine.text.Figures;
import io.vmferry.machine.vcpu.PageContent.ContentKind;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Whether the header of a marked page can be true at all: cheap, the body is not read. */
public final class HeaderCheck {
    private HeaderCheck() {}

    /**
     * Explains what is wrong with the header of a page of {@code program}, if anything is.
     *
     * @param steps number of steps executed when the page was last written
     */
    public static Optional<String> fault(
            PageContent content,
            GuestProgram program,
            MemorySegment ram,
            long offset,
            long page,
            long steps) {
        long number = content.pageNumber(ram, offset);
        long vcpu = content.vcpu(ram, offset);
        long step = content.step(ram, offset);
        if (number != page) {
            return Optional.of(
                    "it holds page %s, written in step %s"
                            .formatted(Figures.number(number), Figures.number(step)));
        }
        if (vcpu != program.vcpu()) {
            return Optional.of(
                    "its header names vCPU " + vcpu + ", expected vCPU " + program.vcpu());
        }
        if (step < 0 || step >= steps) {
            return Optional.of(
                    "its header names step "
                            + step
                            + ", but only "
                            + steps
                            + " steps were executed");
        }
        if (program.page(step) != page || program.content(step) == ContentKind.ZERO) {
            return Optional.of("its header names step " + step + ", which did not write it");
        }
        return Optional.empty();
    }
}
