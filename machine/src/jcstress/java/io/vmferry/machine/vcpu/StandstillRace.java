package io.vmferry.machine.vcpu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmferry.machine.memory.PageBitmap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An end that is left over from an earlier page, then the page and its end, while the vCPU waits
 * and looks. If the second end were lost together with the first one, the vCPU would wait for ever,
 * and the test with it. The result is how often the vCPU has waited.
 */
@JCStressTest
@Outcome(id = "[0-9]", expect = ACCEPTABLE, desc = "The vCPU has seen the page")
@Outcome(expect = FORBIDDEN, desc = "The vCPU is woken again and again")
@State
public class StandstillRace {

    private final Standstill standstill = new Standstill();
    private final PageBitmap received = new PageBitmap(64);

    @Actor
    public void engine() {
        standstill.end();
        received.set(0);
        standstill.end();
    }

    @Actor
    public void vcpu(I_Result waits) {
        while (!received.get(0)) {
            standstill.await();
            waits.r1++;
        }
    }
}
