package io.vmferry.machine.oracle;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.text.Figures;
import io.vmferry.machine.vcpu.GuestProgram;
import io.vmferry.machine.vcpu.HeaderCheck;
import io.vmferry.machine.vcpu.PageContent;
import io.vmferry.machine.vcpu.PageContent.ContentKind;
import io.vmferry.machine.vcpu.VcpuState;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Examines pages of one vCPU and sums up the accepted ones. Used by one thread; looking and
 * accepting are two calls because a page may have changed under the look and then must not count.
 */
final class Examiner {
    private final GuestRam ram;
    private final GuestProgram program;
    private final PageContent content;
    private final VcpuState state;
    private final Found found;
    private final byte[] zeros = new byte[RamBlock.PAGE_SIZE];
    private final byte[] copy = new byte[RamBlock.PAGE_SIZE];
    private final MemorySegment scratch = MemorySegment.ofArray(copy);

    private long seenPage;
    private boolean seenMemory;
    private long seenWord;
    private long seenShare;
    private boolean seenContent;
    private @Nullable Suspect seenSuspect;

    private long sum;
    private long locator;
    private long pagesRead;
    private long pagesWritten;
    private long wrongPages;
    private @Nullable Suspect firstWrong;

    Examiner(GuestRam ram, GuestProgram program, VcpuState state, Found found) {
        this.ram = ram;
        this.program = program;
        this.content = new PageContent(state.seed());
        this.state = state;
        this.found = found;
    }

    /** Looks at a page; the page may change meanwhile. */
    void look(long page) {
        RamBlock block = ram.blockOfPage(page);
        long local = page - block.firstPage();
        long offset = local << RamBlock.PAGE_SHIFT;
        seenPage = page;
        seenMemory = block.populated().get(local);
        if (!seenMemory) {
            seen(Found.ZERO, 0);
        } else if (program.increments()) {
            lookAtIncremented(block, local, page);
        } else if (content.marked(block.segment(), offset)) {
            lookAtWritten(block.segment(), offset, page);
        } else if (block.isZero(local)) {
            seen(Found.ZERO, 0);
        } else if (state.imagePages() > 0) {
            int crc = PageContent.crc(block.segment(), offset);
            seen(Found.IMAGE, content.imageContribution(page, crc));
        } else {
            wrong(OptionalLong.empty(), "it holds bytes that the guest did not write");
        }
    }

    /** Counts what the last look saw. */
    void accept() {
        pagesRead += seenMemory ? 1 : 0;
        pagesWritten += seenContent ? 1 : 0;
        sum += seenShare;
        locator += seenPage * seenShare;
        if (seenWord != Found.ZERO) {
            found.put(seenPage, seenWord);
        }
        if (seenSuspect != null) {
            wrongPages++;
            firstWrong = Suspect.lower(firstWrong, seenSuspect);
        }
    }

    long sum() {
        return sum;
    }

    long locator() {
        return locator;
    }

    long pagesRead() {
        return pagesRead;
    }

    /** Those in which content of the guest or of its memory image was found. */
    long pagesWritten() {
        return pagesWritten;
    }

    long wrongPages() {
        return wrongPages;
    }

    /** The lowest page that is wrong on the face of it, or null. */
    @Nullable Suspect firstWrong() {
        return firstWrong;
    }

    private void lookAtWritten(MemorySegment memory, long offset, long page) {
        long step = content.step(memory, offset);
        Optional<String> fault =
                HeaderCheck.fault(content, program, memory, offset, page, state.stepsExecuted());
        if (fault.isPresent()) {
            wrong(OptionalLong.of(step), fault.get());
            return;
        }
        ContentKind kind = program.content(step);
        int difference = content.firstDifference(memory, offset, page, step, kind);
        if (difference >= 0) {
            wrong(
                    OptionalLong.of(step),
                    "byte %s of it is not what step %s wrote"
                            .formatted(Figures.number(difference), Figures.number(step)));
        } else {
            seen(Found.step(step), content.contribution(page, step));
        }
    }

    /** Takes the increments back; what remains is zero or a page of the initial image. */
    private void lookAtIncremented(RamBlock block, long local, long page) {
        block.copyPage(local, scratch, 0);
        long increments = program.increments(page, state.stepsExecuted());
        byte first = copy[0];
        copy[0] -= (byte) increments;
        int nonZero = Arrays.mismatch(copy, zeros);
        if (nonZero < 0) {
            seen(Found.ZERO, 0);
            seenContent = increments > 0;
        } else if (state.imagePages() > 0) {
            seen(Found.IMAGE, content.imageContribution(page, PageContent.crc(scratch, 0)));
        } else if (nonZero == 0) {
            wrong(
                    OptionalLong.empty(),
                    "its first byte is %d after %s increments"
                            .formatted(Byte.toUnsignedInt(first), Figures.number(increments)));
        } else {
            wrong(
                    OptionalLong.empty(),
                    "byte %s of it is not zero".formatted(Figures.number(nonZero)));
        }
    }

    private void seen(long word, long share) {
        seenWord = word;
        seenShare = share;
        seenContent = word != Found.ZERO;
        seenSuspect = null;
    }

    private void wrong(OptionalLong step, String fault) {
        seenWord = Found.WRONG;
        seenShare = 0;
        seenContent = false;
        seenSuspect = new Suspect(seenPage, step, fault);
    }
}
