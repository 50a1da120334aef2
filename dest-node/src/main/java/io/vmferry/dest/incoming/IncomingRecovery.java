package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A postcopy that has lost its channels while the guest runs here: pauses, takes the source in when
 * it comes back, and tells it what has arrived. Any number of times. QEMU's {@code
 * postcopy_pause_incoming} and {@code loadvm_postcopy_handle_resume}.
 */
final class IncomingRecovery {

    private static final Logger log = LoggerFactory.getLogger(IncomingRecovery.class);

    private final IncomingMigration migration;
    private final MigrationState state;
    private final IncomingLoad load;
    private final Set<String> ignored = new HashSet<>();
    private boolean paused;

    IncomingRecovery(IncomingMigration migration, MigrationState state, IncomingLoad load) {
        this.migration = migration;
        this.state = state;
        this.load = load;
    }

    /** Whether the source is waited for. */
    boolean paused() {
        return paused;
    }

    /** Whether the source is here again, but pages do not come yet. */
    boolean underWay() {
        return state.get() == MigrationStatus.POSTCOPY_RECOVER;
    }

    /** The channels are gone, and the guest goes on with what it has. */
    void pause(Failure why) {
        boolean crashes = underWay() && migration.options().follows(Deviation.RECOVERY_CRASH);
        paused = true;
        AllSteps.run(
                why instanceof Failure.Bug ? migration::leaveChannels : migration::replaceChannels,
                () -> migration.postcopy().paused(),
                () -> {
                    // a process that crashes is in postcopy-recover to its end
                    if (!crashes && state.get() != MigrationStatus.POSTCOPY_PAUSED) {
                        state.move(state.get(), MigrationStatus.POSTCOPY_PAUSED);
                    }
                });
    }

    /** Who connected was taken for the source, and has failed before it could recover anything. */
    void fail(Failure why) {
        log.error("{}", why.text());
        AllSteps.run(
                migration::replaceChannels,
                () -> state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.FAILED));
    }

    /** A connection that begins with a command, where a postcopy waits for just that. */
    void channel(Link link, ByteBuf bytes) {
        paused = false;
        MainChannelInput main = new MainChannelInput(migration, link, load, true);
        migration.channels().main(link, main);
        migration.probe().reached(PointName.RECOVERY_CHANNEL);
        load.pages().forgetBlock();
        state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.POSTCOPY_RECOVER);
        migration.channels().openReturnPath();
        // an old source connects it together with the others
        migration.adoptPreempt();
        main.received(bytes);
    }

    /**
     * RECV_BITMAP: tells the source which pages of a block are here.
     *
     * @param input where the command came, to be held back while the answer does not leave
     */
    void tellReceived(StreamInput input, String name) throws StreamException {
        var block =
                migration
                        .guest()
                        .ram()
                        .block(name)
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RECV_BITMAP_BLOCK,
                                        "unknown RAM block " + WireStrings.quote(name)));
        if (!underWay()) {
            ignore("RECV_BITMAP for '" + name + "'");
            return;
        }
        ReceivedBitmap bitmap = ReceivedBitmap.copyOf(block.received().toWords());
        IncomingChannels channels = migration.channels();
        channels.answer(
                input,
                channels.returnPath().orElseThrow(),
                new ReturnPathMessage.RecvBitmap(block.idstr(), bitmap));
        migration.probe().reached(PointName.BITMAP_SENT, block.idstr());
    }

    /** Says so once, however often it comes. */
    private void ignore(String command) {
        if (ignored.add(command)) {
            log.warn("{} ignored: there is no recovery under way", command);
        }
    }

    /** POSTCOPY_RESUME: pages go on, and what is waited for is asked for again. */
    void resume() {
        if (!underWay()) {
            ignore("POSTCOPY_RESUME");
            return;
        }
        state.move(MigrationStatus.POSTCOPY_RECOVER, MigrationStatus.POSTCOPY_ACTIVE);
        migration
                .channels()
                .returnPath()
                .orElseThrow()
                .send(new ReturnPathMessage.ResumeAck(ReturnPathMessage.ResumeAck.RESUMED));
        migration.probe().reached(PointName.RESUME_ACK_SENT);
        migration.postcopy().resumed();
    }
}
