package io.vmferry.lab.mutants;

import io.vmferry.lab.simulator.Interleaving;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.failure.LeaseAnswer;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * What mutants call instead of the right thing: the receiver comes before the arguments. Public
 * since the changed classes are elsewhere.
 */
public final class Substitutes {

    private Substitutes() {}

    // ---- PageBitmap.takeWord

    /** A harvest that looks and empties in two steps. */
    public static long lookThenEmpty(PageBitmap log, int word) {
        long taken = log.word(word);
        Interleaving.vcpusComeIn();
        log.takeWord(word);
        return taken;
    }

    /** A harvest that loses half of what it takes. */
    public static long takeLowerHalf(PageBitmap log, int word) {
        return log.takeWord(word) & 0xffff_ffffL;
    }

    // ---- RamBlock

    /** A page whose bit of the dirty log is cleared when it has been copied. */
    public static void copyThenClear(
            RamBlock block, long page, MemorySegment target, long targetOffset) {
        block.copyPage(page, target, targetOffset);
        Interleaving.vcpusComeIn();
        block.dirtyLog().clear(page);
    }

    /** A store whose bit is set before it is made, in place of its announcement. */
    public static void markThenStore(RamBlock block, long page) {
        block.willStore(page);
        block.stored(page);
        Interleaving.enginesComeIn();
    }

    // ---- ReceivedBitmap.word

    /** What has not been received. */
    public static long inverted(ReceivedBitmap bitmap, int word) {
        return ~bitmap.word(word);
    }

    /** The word behind the one that was asked for. */
    public static long nextWord(ReceivedBitmap bitmap, int word) {
        return bitmap.word((word + 1) % bitmap.wordCount());
    }

    // ---- Lease, Taking, RunControl, VcpuRunner

    /** A lease that is not asked. */
    public static void takeForOurs(Lease lease, Consumer<Taking> done) {
        done.accept(new Taking.Ours());
    }

    /** A lease that is taken to be ours, whatever it has answered. */
    public static LeaseAnswer yes(Taking taking) {
        return LeaseAnswer.OURS;
    }

    /** A lease that is not given up. */
    public static void keepLease(RunControl run, Runnable done) {
        done.run();
    }

    /** A lease whose answer is not waited for. */
    public static void goOnMeanwhile(RunControl run, Runnable done) {
        run.giveUpLease(() -> {});
        done.run();
    }

    /** vCPUs that are not stopped. */
    public static void letRun(VcpuRunner vcpus, Runnable whenStopped) {
        whenStopped.run();
    }
}
