package io.vmferry.machine.verdict;

import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.oracle.WrongPage;
import java.util.Optional;

/**
 * What the check of a guest's memory has found.
 *
 * @param text the finding as a sentence
 * @param checkedPages pages that were decided on
 * @param writtenPages those in which content of the guest, or of its memory image, was found
 * @param wrongPages those known to be wrong
 * @param firstWrong the one with the lowest address, if one can be named
 */
public record MemoryProof(
        MemoryState state,
        String text,
        long checkedPages,
        long writtenPages,
        long wrongPages,
        Optional<WrongPage> firstWrong) {

    /** Memory that nobody has checked, with the reason. */
    public static MemoryProof unchecked(String why) {
        return new MemoryProof(MemoryState.UNCHECKED, why, 0, 0, 0, Optional.empty());
    }

    /** Memory whose check has ended with an error of its own. */
    public static MemoryProof failed() {
        return new MemoryProof(
                MemoryState.CHECK_FAILED,
                "none: the check has ended with an internal error",
                0,
                0,
                0,
                Optional.empty());
    }

    /** What the oracle has found out. */
    public static MemoryProof of(OracleVerdict found) {
        return new MemoryProof(
                state(found),
                found.toString(),
                found.pagesChecked(),
                found.pagesWritten(),
                found.wrongPages(),
                found.firstWrong());
    }

    private static MemoryState state(OracleVerdict found) {
        if (!found.satisfied()) {
            return MemoryState.WRONG;
        }
        return found.pagesWritten() > 0 ? MemoryState.PROVED : MemoryState.NOTHING_WRITTEN;
    }

    /**
     * The same, wrong because of what a vCPU has found. A check that has found wrong pages itself
     * says more, and stays.
     *
     * @param vcpus how many of them
     */
    MemoryProof contradicted(int vcpus) {
        if (state == MemoryState.WRONG) {
            return this;
        }
        return new MemoryProof(
                MemoryState.WRONG,
                "Memory is wrong: %d of the vCPUs found a page that is not what they last wrote"
                        .formatted(vcpus),
                checkedPages,
                writtenPages,
                wrongPages,
                firstWrong);
    }
}
