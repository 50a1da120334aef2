package io.vmferry.machine.oracle;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.WorkloadSpec;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A vCPU overwrites pages that have arrived while the sweep looks at them. Whoever reserves a page,
 * it counts once and as it was before the store, and the verdict is that all is right.
 */
@JCStressTest
@Outcome(id = "right", expect = ACCEPTABLE, desc = "Every page was checked before its store")
@Outcome(expect = FORBIDDEN, desc = "A page was not counted, twice, or as it is after the store")
@State
public class OracleSweepRace {

    private static final int PAGES = 4;

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", PAGES * 4096)));
    private final Vcpu vcpu = new Vcpu(0, 1, ram, WorkloadSpec.parse("sequential,rate=max"), 1);
    private final Oracle oracle;
    private OracleVerdict verdict;

    /** A guest that has arrived with content in all of its pages but one. */
    public OracleSweepRace() {
        vcpu.run(PAGES - 1);
        oracle = new Oracle(ram, List.of(vcpu.save()));
        vcpu.gate(oracle);
    }

    @Actor
    public void vcpu() {
        vcpu.run(PAGES);
    }

    @Actor
    public void sweep() {
        verdict = oracle.sweep();
    }

    @Arbiter
    public void rest(L_Result result) {
        result.r1 = verdict.satisfied() ? "right" : verdict.toString();
        ram.close();
    }
}
