package io.vmferry.machine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A vCPU stores to a clean page and logs that, while the sender harvests the log and reads the
 * page. Results: whether the bit was taken, what was read, whether the bit is left.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "Harvested, and what is sent is up to date")
@Outcome(id = "0, [01], 1", expect = ACCEPTABLE, desc = "Left for the next harvest")
@Outcome(expect = FORBIDDEN, desc = "The store is lost")
@State
public class DirtyLogRace {

    private static final int PAGE = 7;

    private final PageBitmap log = new PageBitmap(64);
    private int content;

    @Actor
    public void vcpu() {
        content = 1;
        log.set(PAGE);
    }

    @Actor
    public void sender(III_Result seen) {
        seen.r1 = log.takeWord(0) == 0 ? 0 : 1;
        seen.r2 = content;
    }

    @Arbiter
    public void rest(III_Result seen) {
        seen.r3 = log.get(PAGE) ? 1 : 0;
    }
}
