package io.vmferry.source.outgoing;

import io.vmferry.protocol.stream.StreamWriter;

/**
 * Postcopy was decided and the guest still runs: the preempt channel is connected, and a PART
 * without pages tells versions that know multifd with postcopy to come to rest. QEMU's {@code
 * postcopy_preempt_establish_channel} and {@code qemu_savevm_state_postcopy_prepare}.
 */
final class PostcopyPreparePhase implements Phase {

    private final OutgoingSession session;
    private boolean connecting;

    PostcopyPreparePhase(OutgoingSession session) {
        this.session = session;
    }

    @Override
    public Step step() {
        if (session.postcopy().preempts() && session.channels().preempt().isEmpty()) {
            return connectPreempt();
        }
        if (session.profile().preparesPostcopySections()) {
            OutgoingSection ram = session.sections().ram();
            session.channel()
                    .send(out -> {
                        StreamWriter.part(out, ram.sectionId());
                        session.ram().eos(out);
                        StreamWriter.footer(out, ram.sectionId());
                    });
        }
        session.enter(new SwitchoverPhase(session, SwitchoverPhase.Into.POSTCOPY));
        return Step.AGAIN;
    }

    /**
     * Only once the destination is known to have the main channel: the preempt channel says nothing
     * of itself and is recognised by coming last.
     */
    private Step connectPreempt() {
        if (!connecting && session.postcopy().mainChannelUp()) {
            connecting = true;
            session.channels().connectPreempt(session::pump);
        }
        return Step.WAIT;
    }
}
