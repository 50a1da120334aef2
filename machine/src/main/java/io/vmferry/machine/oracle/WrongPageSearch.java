package io.vmferry.machine.oracle;

import io.vmferry.machine.vcpu.GuestProgram;
import io.vmferry.machine.vcpu.PageContent;
import io.vmferry.machine.vcpu.PageContent.ContentKind;
import io.vmferry.machine.vcpu.VcpuState;
import java.lang.foreign.Arena;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which pages of a vCPU are wrong when its digest says that some are. Replays all steps
 * to know which one wrote each page last: a few nanoseconds per step and eight bytes per page in
 * use.
 */
final class WrongPageSearch {
    private final GuestProgram program;
    private final PageContent content;
    private final VcpuState state;
    private final Found found;

    private @Nullable Suspect first;
    private long wrongPages;

    /** What the found sums have too much. */
    private long sumExcess;

    private long locatorExcess;

    WrongPageSearch(GuestProgram program, VcpuState state, Found found) {
        this.program = program;
        this.content = new PageContent(state.seed());
        this.state = state;
        this.found = found;
    }

    /**
     * Searches.
     *
     * @param sum over the shares of all pages as found
     * @param locator the same with each share multiplied by its page number
     * @param direct the lowest page that is wrong on the face of it, or null
     * @param directPages how many of those there are
     */
    void run(long sum, long locator, @Nullable Suspect direct, long directPages) {
        first = direct;
        sumExcess = sum - state.digest();
        locatorExcess = locator - state.locator();
        if (program.increments()) {
            wrongPages = directPages;
            blameImage(null);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Found expected = new Found(state.guestPages() / state.count() + 1, arena);
            for (long step = 0; step < state.stepsExecuted(); step++) {
                expected.put(position(program.page(step)), Found.step(step));
            }
            for (long page = program.vcpu(); page < state.guestPages(); page += state.count()) {
                compare(page, expected.get(position(page)), found.get(page));
            }
            blameImage(expected);
        }
    }

    /** The lowest page that is known to be wrong, or null. */
    @Nullable Suspect first() {
        return first;
    }

    long wrongPages() {
        return wrongPages;
    }

    /** The step that wrote a page last; looked up for one page only. */
    OptionalLong lastWrite(long page) {
        if (program.increments()) {
            return program.lastIncrement(page, state.stepsExecuted());
        }
        for (long step = state.stepsExecuted() - 1; step >= 0; step--) {
            if (program.page(step) == page) {
                return OptionalLong.of(step);
            }
        }
        return OptionalLong.empty();
    }

    private void compare(long page, long expected, long seen) {
        if (seen == Found.WRONG) {
            wrongPages++;
            discount(page, expected, 0);
        } else if (Found.isStep(expected)) {
            long step = Found.stepOf(expected);
            boolean zero = program.content(step) == ContentKind.ZERO;
            if (seen != (zero ? Found.ZERO : expected)) {
                wrongPages++;
                discount(page, expected, share(page, seen));
                first = Suspect.lower(first, suspect(page, zero, seen));
            }
        }
    }

    /** Takes a known wrong page out of the excess, so that what is left is owed to the image. */
    private void discount(long page, long expected, long seenShare) {
        long expectedShare = 0;
        if (Found.isStep(expected)) {
            long step = Found.stepOf(expected);
            expectedShare =
                    program.content(step) == ContentKind.ZERO
                            ? 0
                            : content.contribution(page, step);
        }
        sumExcess -= seenShare - expectedShare;
        locatorExcess -= page * (seenShare - expectedShare);
    }

    /**
     * A page of bytes that no step wrote has a share that is not kept per page; the page is left to
     * be found in the excess as well, where it names the same page.
     */
    private long share(long page, long seen) {
        return Found.isStep(seen) ? content.contribution(page, Found.stepOf(seen)) : 0;
    }

    private static Suspect suspect(long page, boolean zeroExpected, long seen) {
        String wanted = zeroExpected ? "it should be all zeros" : "its last content is missing";
        if (seen == Found.ZERO) {
            return new Suspect(page, OptionalLong.empty(), wanted + ", it is all zeros");
        }
        if (seen == Found.IMAGE) {
            return new Suspect(
                    page, OptionalLong.empty(), wanted + ", it holds bytes that no step wrote");
        }
        long step = Found.stepOf(seen);
        return new Suspect(
                page,
                OptionalLong.of(step),
                wanted + ", it still holds what step " + step + " wrote");
    }

    /** Names the page of the initial image that alone explains the excess, if there is one. */
    private void blameImage(@Nullable Found expected) {
        if (sumExcess == 0 && locatorExcess == 0) {
            return;
        }
        OptionalLong quotient = quotient(locatorExcess, sumExcess);
        if (quotient.isEmpty()) {
            return;
        }
        long page = quotient.getAsLong();
        boolean blamable =
                page < state.guestPages()
                        && program.has(page)
                        && found.get(page) != Found.WRONG
                        && (expected == null || expected.get(position(page)) == 0);
        if (blamable) {
            wrongPages++;
            first =
                    Suspect.lower(
                            first,
                            new Suspect(
                                    page,
                                    OptionalLong.empty(),
                                    "it is not what the initial memory image holds there"));
        }
    }

    /** The page number p with p times {@code divisor} equal to {@code dividend}, modulo 2^64. */
    static OptionalLong quotient(long dividend, long divisor) {
        if (divisor == 0) {
            return OptionalLong.empty();
        }
        int shift = Long.numberOfTrailingZeros(divisor);
        long odd = divisor >>> shift;
        long inverse = odd;
        for (int bits = 3; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        long candidate = ((dividend >>> shift) * inverse) & (-1L >>> shift);
        return candidate >= 0 && candidate * divisor == dividend
                ? OptionalLong.of(candidate)
                : OptionalLong.empty();
    }

    private long position(long page) {
        return page / state.count();
    }
}
