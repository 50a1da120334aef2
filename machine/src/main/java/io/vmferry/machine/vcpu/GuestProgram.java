package io.vmferry.machine.vcpu;

import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.PageContent.ContentKind;
import io.vmferry.machine.vcpu.PageContent.Mix;
import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import java.util.OptionalLong;

/**
 * What one vCPU does, as a pure function of the step number: which page a step writes and with
 * what. Pages are numbered through all RAM blocks. A page belongs to the vCPU whose index is the
 * page number modulo the number of vCPUs, and only that one writes it.
 *
 * <p>The first steps write the boot content in page order; the workload's pattern follows.
 */
public final class GuestProgram {
    private final WorkloadSpec spec;
    private final int index;
    private final int count;
    private final long patternKey;
    private final long contentKey;
    private final long bootSteps;
    private final long workingPages;
    private final long hotPages;

    /**
     * @throws IllegalArgumentException when the working set or the boot content is larger than RAM
     */
    public GuestProgram(long seed, WorkloadSpec spec, int index, int count, long guestPages) {
        if (count < 1 || index < 0 || index >= count) {
            throw new IllegalArgumentException("There is no vCPU " + index + " of " + count);
        }
        this.spec = spec;
        this.index = index;
        this.count = count;
        long key = Mix.mix(seed + (index + 1) * Mix.STRIDE);
        this.patternKey = Mix.mix(key + 1);
        this.contentKey = Mix.mix(key + 2);
        this.workingPages =
                share(
                        spec.rangeBytes() == 0
                                ? guestPages
                                : pages("range", spec.rangeBytes(), guestPages));
        // an increment needs a page of the working set, also while booting
        this.bootSteps =
                increments() && workingPages == 0
                        ? 0
                        : share(pages("boot", spec.bootBytes(), guestPages));
        this.hotPages = Math.max(1, workingPages * spec.hotPercent() / 100);
    }

    /** How many steps write the boot content. */
    public long bootSteps() {
        return bootSteps;
    }

    /** The step that is never executed because the program ends before it. */
    public long endStep() {
        return spec.kind() == WorkloadKind.IDLE || workingPages == 0 ? bootSteps : Long.MAX_VALUE;
    }

    /** True when a step adds one to the first byte of its page instead of writing it anew. */
    public boolean increments() {
        return spec.kind() == WorkloadKind.INCREMENT;
    }

    /** Index of the vCPU whose program this is. */
    public int vcpu() {
        return index;
    }

    /** True when the page belongs to this vCPU. */
    public boolean has(long page) {
        return page % count == index;
    }

    /** The page that a step writes. */
    public long page(long step) {
        if (increments()) {
            return pageAt(step % workingPages);
        }
        if (step < bootSteps) {
            return pageAt(step);
        }
        long turn = step - bootSteps;
        return pageAt(
                switch (spec.kind()) {
                    case IDLE ->
                            throw new IllegalStateException("An idle guest has no step " + step);
                    case SEQUENTIAL, INCREMENT -> turn % workingPages;
                    case UNIFORM -> Mix.below(Mix.mix(patternKey + turn), workingPages);
                    case HOTSET -> hotPosition(Mix.mix(patternKey + turn));
                    case BURST -> burstPosition(turn);
                });
    }

    /** What a step fills its page with. */
    public ContentKind content(long step) {
        long draw = Mix.below(Mix.mix(contentKey + step), 100);
        if (draw < spec.zeroPercent()) {
            return ContentKind.ZERO;
        }
        return draw < spec.zeroPercent() + spec.compressiblePercent()
                ? ContentKind.COMPRESSIBLE
                : ContentKind.RANDOM;
    }

    /**
     * For a program that {@link #increments}: how often a page was incremented before {@code step}.
     */
    public long increments(long page, long step) {
        long position = page / count;
        if (position >= workingPages) {
            return 0;
        }
        return step / workingPages + (position < step % workingPages ? 1 : 0);
    }

    /**
     * For a program that {@link #increments}: the last step before {@code step} that wrote a page.
     */
    public OptionalLong lastIncrement(long page, long step) {
        long times = increments(page, step);
        return times == 0
                ? OptionalLong.empty()
                : OptionalLong.of((times - 1) * workingPages + page / count);
    }

    /** How many of the first {@code pages} pages of the guest belong to this vCPU. */
    private long share(long pages) {
        return pages <= index ? 0 : (pages - index + count - 1) / count;
    }

    private long pageAt(long position) {
        return position * count + index;
    }

    private long hotPosition(long draw) {
        long coldPages = workingPages - hotPages;
        long place = Mix.mix(draw);
        return coldPages == 0 || Mix.below(draw, 100) < spec.hitPercent()
                ? Mix.below(place, hotPages)
                : hotPages + Mix.below(place, coldPages);
    }

    private long burstPosition(long turn) {
        long burst = turn / spec.burstPages();
        long start = Mix.below(Mix.mix(patternKey + burst), workingPages);
        return (start + turn % spec.burstPages()) % workingPages;
    }

    private static long pages(String key, long bytes, long guestPages) {
        long pages = bytes >>> RamBlock.PAGE_SHIFT;
        if (pages > guestPages) {
            throw new IllegalArgumentException(
                    "Workload option %s=%s is larger than the guest's RAM of %s"
                            .formatted(
                                    key,
                                    MemorySize.typed(bytes),
                                    MemorySize.typed(guestPages << RamBlock.PAGE_SHIFT)));
        }
        return pages;
    }
}
