package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;

/**
 * Prepares postcopy while the guest still runs: connects the preempt channel, and sends a PART
 * without pages to versions that know multifd with postcopy. QEMU's {@code
 * postcopy_preempt_establish_channel} and {@code qemu_savevm_state_postcopy_prepare}. Then most
 * discards are sent ahead, see {@link Discards}.
 */
public final class PostcopyPreparePhase implements Phase {

    /** Rounds of discards; each has only what the guest has written during the one before. */
    private static final int MOST_ROUNDS = 5;

    private final OutgoingChannels channels;
    private final MigrationOptions options;
    private final OutgoingSection.RamSection ram;
    private final Pings pings;
    private final DirtySync dirtySync;
    private final Probe probe;
    private final Turns turns;
    private Optional<Discards> discards = Optional.empty();
    private boolean connecting;
    private boolean prepared;
    private int rounds;

    public PostcopyPreparePhase(
            OutgoingChannels channels,
            MigrationOptions options,
            OutgoingSection.RamSection ram,
            Pings pings,
            DirtySync dirtySync,
            Probe probe,
            Turns turns) {
        this.channels = channels;
        this.options = options;
        this.ram = ram;
        this.pings = pings;
        this.dirtySync = dirtySync;
        this.probe = probe;
        this.turns = turns;
    }

    @Override
    public Next advance() {
        if (channels.unanswered()) {
            return new Next.Enter(Stage.POSTCOPY_SWITCHOVER);
        }
        if (has(Capability.POSTCOPY_PREEMPT) && channels.preempt().isEmpty()) {
            return connectPreempt();
        }
        if (!prepared) {
            prepared = true;
            prepare();
        }
        if (pings.discardsTaken() < rounds) {
            return discards.isPresent() ? tell() : await("PONG " + Pings.DISCARDS);
        }
        if (tellsAhead() && rounds < MOST_ROUNDS) {
            dirtySync.runWithoutPass();
            discards = Discards.ahead(ram);
        }
        if (discards.isEmpty()) {
            return new Next.Enter(Stage.POSTCOPY_SWITCHOVER);
        }
        rounds++;
        return Next.AGAIN;
    }

    /** Connects the preempt channel after the main one: it is identified by coming last. */
    private Next connectPreempt() {
        if (connecting) {
            return Next.WAIT;
        }
        if (!pings.mainChannelUp()) {
            return await("PONG " + Pings.START);
        }
        connecting = true;
        channels.openLater(turns::now);
        return Next.WAIT;
    }

    private Next await(String message) {
        return Next.unless(channels.failures().missing(message), () -> Next.WAIT);
    }

    private void prepare() {
        if (options.profile().has(Trait.POSTCOPY_SECTIONS_PREPARED)) {
            channels.main()
                    .send(out -> {
                        StreamWriter.part(out, ram.sectionId());
                        ram.quiesce(out);
                        StreamWriter.footer(out, ram.sectionId());
                    });
        }
    }

    /**
     * Whether discards are sent ahead; without a return path it is not known when they are handled.
     */
    private boolean tellsAhead() {
        return has(Capability.POSTCOPY_RAM) && channels.answered();
    }

    private Next tell() {
        Discards round = discards.orElseThrow();
        round.write(channels.main());
        if (round.done()) {
            discards = Optional.empty();
            probe.reached(PointName.DISCARDS_AHEAD, round.pages());
            pings.discards(channels.main());
        }
        return Next.AGAIN;
    }

    private boolean has(Capability capability) {
        return options.capabilities().has(capability);
    }
}
