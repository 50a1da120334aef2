package io.vmferry.machine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads reserve the same page. */
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "The second one has it")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "The first one has it")
@Outcome(expect = FORBIDDEN, desc = "Both have it, or nobody")
@State
public class TestAndSetRace {

    private final PageBitmap reserved = new PageBitmap(64);

    @Actor
    public void one(ZZ_Result late) {
        late.r1 = reserved.testAndSet(3);
    }

    @Actor
    public void other(ZZ_Result late) {
        late.r2 = reserved.testAndSet(3);
    }
}
