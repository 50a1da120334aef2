package io.vmferry.source.outgoing;

import io.vmferry.protocol.failure.Failure;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.end.AttemptEnd;
import io.vmferry.source.outgoing.phase.Next;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;

/**
 * Drives the phases of one migration on one set of channels: asks the current one for batches as
 * long as the main channel takes them, gives the loop to others in between, and does what a phase
 * says comes next.
 */
final class Driver {

    /** Batches written before the loop handles other tasks: messages, commands, timers. */
    private static final int BATCHES_PER_TURN = 8;

    private final OutgoingPhases phases;
    private final OutgoingChannels channels;
    private final AttemptState attempt;
    private final AttemptEnd end;
    private final Turns turns;
    private Optional<Phase> phase = Optional.empty();
    private boolean running;

    Driver(
            OutgoingPhases phases,
            OutgoingChannels channels,
            AttemptState attempt,
            AttemptEnd end,
            Turns turns) {
        this.phases = phases;
        this.channels = channels;
        this.attempt = attempt;
        this.end = end;
        this.turns = turns;
    }

    /** The phase that is under way, or was when the migration ended or paused. */
    Optional<Phase> phase() {
        return phase;
    }

    /** Begins with a stage. */
    void begin(Stage first) {
        enter(first);
        run();
    }

    /** Continues with the current phase; may be called at any time, and waits for a due turn. */
    void run() {
        if (running) {
            return;
        }
        end.takeNote();
        if (!attempt.working() || turns.due()) {
            return;
        }
        running = true;
        try {
            if (takeNote()) {
                turn();
            }
        } finally {
            running = false;
        }
    }

    private boolean takeNote() {
        phase.orElseThrow().takeNote().ifPresent(end::end);
        return !attempt.halted();
    }

    private void turn() {
        for (int batch = 0; attempt.working() && channels.main().writable(); batch++) {
            if (batch == BATCHES_PER_TURN) {
                turns.soon();
                return;
            }
            if (!follow(phase.orElseThrow().advance())) {
                return;
            }
        }
    }

    /** Does what comes next; true when that is more work of the phase. */
    private boolean follow(Next next) {
        return switch (next) {
            case Next.Again _ -> true;
            case Next.Wait(var nanos) -> {
                nanos.ifPresent(turns::later);
                yield false;
            }
            case Next.Enter(Stage stage) -> {
                if (!attempt.working()) {
                    yield false;
                }
                requireNext(stage);
                enter(stage);
                yield takeNote();
            }
            case Next.Failed(Failure failure) -> {
                end.end(failure);
                yield false;
            }
        };
    }

    private void requireNext(Stage stage) {
        Stage now = attempt.stage().orElseThrow();
        if (!now.next().contains(stage)) {
            throw new IllegalStateException(stage + " cannot follow " + now);
        }
    }

    private void enter(Stage stage) {
        phase = Optional.of(phases.phase(stage));
        attempt.enter(stage);
    }
}
