package io.vmferry.machine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A vCPU stores once more to a page that is logged already, while the sender harvests the log and
 * reads the page. A vCPU that only looked at the bit, and did not set it again, could lose its
 * store. Results: what was read, whether the bit is left.
 */
@JCStressTest
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Harvested with the second store")
@Outcome(id = "[12], 1", expect = ACCEPTABLE, desc = "Left for the next harvest")
@Outcome(expect = FORBIDDEN, desc = "The second store is lost")
@State
public class DirtyAgainRace {

    private static final int PAGE = 7;

    private final PageBitmap log = new PageBitmap(64);
    private int content = 1;

    /** A page that was stored to and logged. */
    public DirtyAgainRace() {
        log.set(PAGE);
    }

    @Actor
    public void vcpu() {
        content = 2;
        log.set(PAGE);
    }

    @Actor
    public void sender(II_Result seen) {
        log.takeWord(0);
        seen.r1 = content;
    }

    @Arbiter
    public void rest(II_Result seen) {
        seen.r2 = log.get(PAGE) ? 1 : 0;
    }
}
