package io.vmferry.machine.oracle;

import io.vmferry.machine.text.Figures;
import java.util.Optional;

/**
 * What the oracle found out.
 *
 * @param satisfied true when every byte of every page is right
 * @param pagesChecked pages of the guest, all of which were decided on
 * @param pagesRead how many of them had to be read; the others were never stored to
 * @param pagesWritten in how many of them content of the guest, or of its memory image, was found
 * @param wrongPages how many pages are known to be wrong; at least 1 when not satisfied, unless
 *     only the sum over pages of the initial image is wrong
 * @param firstWrong the wrong page with the lowest address, if one can be named
 */
public record OracleVerdict(
        boolean satisfied,
        long pagesChecked,
        long pagesRead,
        long pagesWritten,
        long wrongPages,
        Optional<WrongPage> firstWrong) {
    /** One line for the user. */
    @Override
    public String toString() {
        if (satisfied) {
            return pagesWritten == 0
                    ? "Memory is what the guest last wrote, which is nothing: %s checked, so this proves nothing"
                            .formatted(Figures.counted(pagesChecked, "page"))
                    : "Memory is what the guest last wrote: %s checked, %s of them written"
                            .formatted(
                                    Figures.counted(pagesChecked, "page"),
                                    Figures.number(pagesWritten));
        }
        if (firstWrong.isEmpty()) {
            return "Memory is wrong: it does not add up to the digest of the vCPUs, but no page can be"
                    + " named; either several pages of the initial memory image or the vCPU states"
                    + " are damaged";
        }
        return "Memory is wrong: %s of %s, first %s"
                .formatted(
                        Figures.number(wrongPages),
                        Figures.counted(pagesChecked, "page"),
                        firstWrong.get());
    }
}
