package io.vmferry.dest.incoming.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamHoldsTest {

    private final StreamHolds holds = new StreamHolds();
    private final List<String> seen = new ArrayList<>();
    private Runnable done = () -> {};

    @Test
    void aReaderThatHasStoppedGoesOnOnceAfterTheLastHold() {
        holds.hold();
        holds.hold();
        holds.whenFree(() -> seen.add("go on"));
        holds.release();
        assertThat(holds.held()).isTrue();
        assertThat(seen).isEmpty();
        holds.release();
        assertThat(seen).containsExactly("go on");
        holds.hold();
        holds.release();
        assertThat(seen).hasSize(1);
    }

    @Test
    void aReaderThatGoesOnMayBeHeldAgain() {
        holds.hold();
        holds.whenFree(() -> {
            holds.hold();
            holds.whenFree(() -> seen.add("again"));
        });
        holds.release();
        assertThat(holds.held()).isTrue();
        holds.release();
        assertThat(seen).containsExactly("again");
    }

    @Test
    void anOperationThatIsDoneAtOnceHoldsNothing() {
        holds.holdDuring(Runnable::run);
        assertThat(holds.held()).isFalse();
        holds.holdDuring(whenDone -> done = whenDone);
        assertThat(holds.held()).isTrue();
        done.run();
        assertThat(holds.held()).isFalse();
    }

    @Test
    void aHoldIsTakenBackOnceHoweverOftenItIsAskedFor() {
        Runnable release = holds.holdUntil();
        holds.hold();
        release.run();
        release.run();
        assertThat(holds.held()).isTrue();
        holds.release();
        assertThat(holds.held()).isFalse();
    }
}
