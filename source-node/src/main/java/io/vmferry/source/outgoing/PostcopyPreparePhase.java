package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.stream.StreamWriter;
import java.util.Optional;

/**
 * Postcopy was decided and the guest still runs: the preempt channel is connected, and a PART
 * without pages tells versions that know multifd with postcopy to come to rest. QEMU's {@code
 * postcopy_preempt_establish_channel} and {@code qemu_savevm_state_postcopy_prepare}. Then most of
 * what the destination has to forget is told ahead, see {@link Discards}.
 */
final class PostcopyPreparePhase implements Phase {

    /** Each round has only what the guest has written during the one before. */
    private static final int MOST_ROUNDS = 5;

    private final OutgoingSession session;
    private Optional<Discards> discards = Optional.empty();
    private boolean connecting;
    private boolean prepared;
    private int rounds;

    PostcopyPreparePhase(OutgoingSession session) {
        this.session = session;
    }

    @Override
    public Step step() {
        if (session.channels().unanswered()) {
            session.enter(new SwitchoverPhase(session, SwitchoverPhase.Into.POSTCOPY));
            return Step.AGAIN;
        }
        if (session.postcopy().preempts() && session.channels().preempt().isEmpty()) {
            return connectPreempt();
        }
        if (!prepared) {
            prepared = true;
            prepare();
        }
        if (session.postcopy().discardsTaken() < rounds) {
            return discards.isPresent() ? tell() : awaitDiscarded();
        }
        if (tellsAhead() && rounds < MOST_ROUNDS) {
            discards = Discards.ahead(session);
        }
        if (discards.isPresent()) {
            rounds++;
        } else {
            session.enter(new SwitchoverPhase(session, SwitchoverPhase.Into.POSTCOPY));
        }
        return Step.AGAIN;
    }

    /**
     * Only once the destination is known to have the main channel: the preempt channel says nothing
     * of itself and is recognised by coming last.
     */
    private Step connectPreempt() {
        if (!connecting && session.postcopy().mainChannelUp()) {
            connecting = true;
            session.channels().openLater(session::pump);
        } else if (!connecting) {
            session.channels().expect("PONG 1");
        }
        return Step.WAIT;
    }

    private Step awaitDiscarded() {
        session.channels().expect("PONG " + OutgoingPostcopy.PING_DISCARDS);
        return Step.WAIT;
    }

    private void prepare() {
        if (session.profile().preparesPostcopySections()) {
            OutgoingSection.Ram ram = session.ram();
            session.channel()
                    .send(out -> {
                        StreamWriter.part(out, ram.sectionId());
                        ram.records().eos(out);
                        StreamWriter.footer(out, ram.sectionId());
                    });
        }
    }

    /** Without an answer nobody knows when the destination is done. */
    private boolean tellsAhead() {
        return session.postcopy().ramMayFollow() && session.hasReturnPath();
    }

    private Step tell() {
        Discards round = discards.get();
        round.write();
        if (round.done()) {
            discards = Optional.empty();
            session.probe().reached(PointName.DISCARDS_AHEAD, round.pages());
            session.postcopy().askWhenDiscarded();
        }
        return Step.AGAIN;
    }
}
