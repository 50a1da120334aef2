package io.vmferry.lab.mutants;

import io.vmferry.lab.simulator.Interleaving;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.failure.LeaseTable.LeaseResult;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * The methods that mutants call instead of the original ones, with the receiver before the
 * arguments. Public since the changed classes are in other packages.
 */
public final class Substitutes {

    private Substitutes() {}

    // ---- PageBitmap.takeWord

    /** Reads and clears a word of the dirty log in two steps. */
    public static long lookThenEmpty(PageBitmap log, int word) {
        long taken = log.word(word);
        Interleaving.vcpusComeIn();
        log.takeWord(word);
        return taken;
    }

    /** Reads and clears a word of the dirty log, and loses half of it. */
    public static long takeLowerHalf(PageBitmap log, int word) {
        return log.takeWord(word) & 0xffff_ffffL;
    }

    // ---- RamBlock

    /** Copies a page, and clears its bit of the dirty log afterwards. */
    public static void copyThenClear(
            RamBlock block, long page, MemorySegment target, long targetOffset) {
        block.copyPage(page, target, targetOffset);
        Interleaving.vcpusComeIn();
        block.dirtyLog().clear(page);
    }

    /** Sets the bit of a store before the store. */
    public static void markThenStore(RamBlock block, long page) {
        block.willStore(page);
        block.stored(page);
        Interleaving.enginesComeIn();
    }

    // ---- ReceivedBitmap.word

    /** Returns the pages of a word that were not received. */
    public static long inverted(ReceivedBitmap bitmap, int word) {
        return ~bitmap.word(word);
    }

    /** Returns the word after the requested one. */
    public static long nextWord(ReceivedBitmap bitmap, int word) {
        return bitmap.word((word + 1) % bitmap.wordCount());
    }

    // ---- Lease, Taking, RunControl, VcpuRunner

    /** Reports the lease as taken without asking for it. */
    public static void takeForOurs(Lease lease, Consumer<Taking> done) {
        done.accept(new Taking.Ours());
    }

    /** Asks for the lease and ignores the result. */
    public static LeaseResult yes(Taking taking) {
        return LeaseResult.OURS;
    }

    /** Reports the lease as given up and keeps it. */
    public static void keepLease(RunControl run, Runnable done) {
        done.run();
    }

    /** Gives the lease up and does not wait until it is. */
    public static void goOnMeanwhile(RunControl run, Runnable done) {
        run.giveUpLease(() -> {});
        done.run();
    }

    /** Reports the vCPUs as stopped and does not stop them. */
    public static void letRun(VcpuRunner vcpus, Runnable whenStopped) {
        whenStopped.run();
    }
}
