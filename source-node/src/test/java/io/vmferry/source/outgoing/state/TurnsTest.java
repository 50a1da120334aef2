package io.vmferry.source.outgoing.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the driver gets its turns. */
class TurnsTest {

    private final ManualLoop loop = new ManualLoop();
    private final AttemptState attempt = new AttemptState();
    private final List<String> seen = new ArrayList<>();
    private final Turns turns = new Turns(loop, attempt);

    private void begin() {
        turns.begin(() -> seen.add("turn"), failure -> seen.add(failure.text()));
    }

    @Test
    void nothingHappensBeforeTheMigrationBegins() {
        turns.now();
        turns.fail(new Failure.PauseCommand());
        begin();
        assertThat(seen).isEmpty();
    }

    @Test
    void oneTurnIsDueSoonHoweverOftenItIsAskedFor() {
        begin();
        turns.soon();
        turns.soon();
        assertThat(turns.due()).isTrue();
        assertThat(seen).isEmpty();
        loop.run();
        assertThat(turns.due()).isFalse();
        assertThat(seen).containsExactly("turn");
    }

    @Test
    void aLaterTurnTakesThePlaceOfTheOneBefore() {
        begin();
        turns.later(1_000_000);
        turns.later(3_000_000);
        loop.advanceMillis(2);
        assertThat(seen).isEmpty();
        loop.advanceMillis(1);
        assertThat(seen).containsExactly("turn");
    }

    @Test
    void aTurnThatIsCalledOffDoesNotCome() {
        begin();
        turns.later(1_000_000);
        turns.stop();
        loop.advanceMillis(2);
        assertThat(seen).isEmpty();
    }

    @Test
    void whatWasPutOffIsNotDoneWhenNothingGoesOn() {
        begin();
        turns.after(1_000_000, () -> seen.add("action"));
        turns.after(3_000_000, () -> seen.add("late action"));
        loop.advanceMillis(1);
        attempt.end(loop.nanoTime());
        loop.advanceMillis(3);
        assertThat(seen).containsExactly("action");
    }
}
