package io.vmferry.machine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two threads change different pages of one word in every way there is. No change is lost. */
@JCStressTest
@Outcome(id = "f03", expect = ACCEPTABLE, desc = "All changes are there")
@Outcome(expect = FORBIDDEN, desc = "A change is lost")
@State
public class OneWordRace {

    private final PageBitmap bitmap = new PageBitmap(64);

    /** Pages 4 to 7 are set. */
    public OneWordRace() {
        bitmap.setRange(4, 8);
    }

    @Actor
    public void one() {
        bitmap.set(0);
        bitmap.clearRange(4, 7);
        bitmap.setRange(8, 10);
    }

    @Actor
    public void other() {
        bitmap.setSticky(1);
        bitmap.clear(7);
        bitmap.setRange(10, 12);
    }

    @Arbiter
    public void rest(L_Result seen) {
        seen.r1 = Long.toHexString(bitmap.word(0));
    }
}
