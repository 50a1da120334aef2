package io.vmferry.machine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The engine places a page and publishes it, while a vCPU looks whether it is there. Results:
 * whether it is, and what it holds.
 */
@JCStressTest
@Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "Not there yet")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "There, with its content")
@Outcome(expect = FORBIDDEN, desc = "There, without its content")
@State
public class ReceivedRace {

    private final PageBitmap received = new PageBitmap(64);
    private int content;

    @Actor
    public void engine() {
        content = 1;
        received.setRange(0, 8);
    }

    @Actor
    public void vcpu(II_Result seen) {
        seen.r1 = received.get(5) ? 1 : 0;
        seen.r2 = content;
    }
}
