package io.vmferry.machine.vcpu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A vCPU executes a step on its only page while the sender harvests the log and copies the page,
 * or takes it for zeros. A copy that is not up to date in the end has its page logged.
 */
@JCStressTest
@Outcome(id = "sent", expect = ACCEPTABLE, desc = "What was sent is what the page holds")
@Outcome(id = "logged", expect = ACCEPTABLE, desc = "Left for the next harvest")
@Outcome(expect = FORBIDDEN, desc = "The store is lost")
@State
public class VcpuSenderRace {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 4096)));
    private final RamBlock block = ram.blocks().getFirst();
    private final Vcpu vcpu = new Vcpu(0, 1, ram, WorkloadSpec.parse("sequential,rate=max"), 1);
    private final MemorySegment copy = MemorySegment.ofArray(new byte[RamBlock.PAGE_SIZE]);

    /** A guest whose page is dirty from the start, as at the beginning of a migration. */
    public VcpuSenderRace() {
        block.dirtyLog().setRange(0, block.pageCount());
    }

    @Actor
    public void vcpu() {
        vcpu.run(1);
    }

    @Actor
    public void sender() {
        if (block.dirtyLog().takeWord(0) != 0 && !block.isZero(0)) {
            block.copyPage(0, copy, 0);
        }
    }

    @Arbiter
    public void rest(L_Result result) {
        boolean same = block.segment().mismatch(copy) < 0;
        boolean logged = block.dirtyLog().get(0);
        result.r1 = logged ? "logged" : same ? "sent" : "lost";
        ram.close();
    }
}
