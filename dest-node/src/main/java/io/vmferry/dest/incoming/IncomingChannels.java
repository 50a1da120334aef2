package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of one incoming migration, as far as they are known, and what they wait for. */
final class IncomingChannels {

    private static final Logger log = LoggerFactory.getLogger(IncomingChannels.class);

    /** How long an announced return path may take to arrive. */
    private static final long PAIRING_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long a source may take to read the return path to its end before it sees other ends. */
    private static final long READ_TO_END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IncomingMigration migration;
    private final IncomingPorts ports;
    private final ReturnPathPairing pairing;

    private Optional<MainChannelInput> main = Optional.empty();
    private Optional<IncomingReturnPath> returnPath = Optional.empty();
    private Optional<PreemptInput> preempt = Optional.empty();

    /** Held back until the return path takes more: the main channel, its package, or both. */
    private final List<StreamInput> waitingForRoom = new ArrayList<>();

    private boolean openedAgain;
    private boolean configured;
    private boolean listening;
    private boolean mainEnded;
    private boolean waitingForReturnPath;
    private boolean waitingForPreempt;
    private Runnable whenPreempt = () -> {};

    IncomingChannels(IncomingMigration migration, IncomingPorts ports) {
        this.migration = migration;
        this.ports = ports;
        this.pairing = new ReturnPathPairing(migration);
    }

    /** Channels that take the place of others: what the configuration said still holds. */
    IncomingChannels succeeding() {
        IncomingChannels next = new IncomingChannels(migration, ports);
        next.configured = true;
        pairing.announced().ifPresent(next.pairing::announced);
        return next;
    }

    Optional<MainChannelInput> main() {
        return main;
    }

    void main(MainChannelInput input) {
        main = Optional.of(input);
    }

    // ---- return path

    void returnPathChannel(Link link, UUID migrationId) {
        pairing.arrived(link, migrationId);
    }

    /** Gives up a connection whose descriptor others need; false when there is none. */
    boolean makeRoom() {
        return pairing.makeRoom();
    }

    /** The configuration was read: whether a connection of its own will come is known now. */
    void configured(Optional<UUID> announced) {
        configured = true;
        announced.ifPresent(pairing::announced);
        migration.adoptPreempt();
    }

    Optional<IncomingReturnPath> returnPath() {
        return returnPath;
    }

    /** OPEN_RETURN_PATH: the stream waits until the announced connection is there. */
    void openReturnPath() {
        if (returnPath.isPresent()) {
            if (!openedAgain) {
                openedAgain = true;
                log.warn("The source opens the return path a second time");
            }
        } else if (!pairing.expected()) {
            returnPathOpened(main.orElseThrow().link());
        } else if (pairing.link().isPresent()) {
            returnPathOpened(pairing.link().get());
        } else {
            waitingForReturnPath = true;
            main.orElseThrow().hold();
            ports.loop().schedule(PAIRING_LIMIT_NANOS, this::pairingLimit);
        }
    }

    private void returnPathOpened(Link link) {
        link.carries(ChannelRole.RETURN_PATH);
        returnPath = Optional.of(new IncomingReturnPath(link));
        migration.approvals().returnPathOpened();
    }

    /** Whether the stream is held back until another channel is there. */
    boolean waitForAnother() {
        return waitingForReturnPath || waitingForPreempt;
    }

    private void pairingLimit() {
        if (waitingForReturnPath && migration.channels() == this) {
            migration.end(
                    new Failure.Silence(
                            ChannelRole.RETURN_PATH,
                            "The announced return path did not arrive within %d s"
                                    .formatted(
                                            TimeUnit.NANOSECONDS.toSeconds(PAIRING_LIMIT_NANOS))));
        }
    }

    void returnPathPaired() {
        if (waitingForReturnPath) {
            waitingForReturnPath = false;
            returnPathOpened(pairing.link().orElseThrow());
            main.orElseThrow().release();
        }
        migration.adoptPreempt();
    }

    /**
     * Answers what came on a stream. A source that does not read the answers is not read any more
     * either, so that they cannot pile up here.
     */
    void answer(StreamInput input, IncomingReturnPath path, ReturnPathMessage message) {
        path.send(message);
        if (!path.writable() && !waitingForRoom.contains(input) && !mainEnded) {
            waitingForRoom.add(input);
            input.hold();
        }
    }

    /** The source has closed the main channel: whoever waits for it to take more waits in vain. */
    void mainEnded() {
        mainEnded = true;
        returnPathWritable();
    }

    void returnPathWritable() {
        if (!migration.halted()) {
            List<StreamInput> waiting = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
            waiting.forEach(StreamInput::release);
        }
    }

    // ---- preempt

    /**
     * Whether the next connection that says nothing is the preempt channel: it is the last one and
     * has no way to introduce itself.
     */
    boolean expectsPreempt() {
        boolean othersThere =
                main.isPresent()
                        && configured
                        && (!pairing.expected() || pairing.link().isPresent());
        return preempts() && preempt.isEmpty() && othersThere;
    }

    /** The channel for pages that were asked for, as soon as it has been recognised. */
    Optional<PreemptInput> preempt() {
        return preempt;
    }

    /** Whether a source connects the preempt channel at once, so that it may overtake others. */
    boolean preemptMayComeFirst() {
        return preempts()
                && preempt.isEmpty()
                && !migration.paused()
                && migration.profile().opensPreemptChannelAtStart();
    }

    /** Whether there is to be a channel for pages that were asked for. */
    boolean preempts() {
        return migration.options().capabilities().has(Capability.POSTCOPY_PREEMPT);
    }

    /** Runs an action as soon as there is a preempt channel, or none is needed. */
    void whenPreempt(Runnable action) {
        if (!preempts() || preempt.isPresent()) {
            action.run();
        } else if (migration.comesFromFile()) {
            migration.end(
                    new Failure.Silence(
                            ChannelRole.PREEMPT,
                            "The stream waits for the preempt channel, and behind a file there is"
                                    + " none"));
        } else {
            waitingForPreempt = true;
            whenPreempt = action;
        }
    }

    /**
     * @param bytes what has come on the connection so far
     */
    void preempt(Link link, ByteBuf bytes) {
        link.carries(ChannelRole.PREEMPT);
        PreemptInput input = new PreemptInput(migration, link);
        preempt = Optional.of(input);
        link.attach(input);
        ports.probe().reached(PointName.PREEMPT_CHANNEL);
        input.received(bytes);
        waitingForPreempt = false;
        if (listening) {
            input.listen();
        }
        Runnable waiting = whenPreempt;
        whenPreempt = () -> {};
        waiting.run();
    }

    /** Pages may come on the preempt channel from now on. */
    void listen() {
        listening = true;
        preempt.ifPresent(PreemptInput::listen);
    }

    // ---- the end

    /** Ends all channels once what was written has been sent. */
    void close() {
        pairing.close();
        preempt.ifPresent(PreemptInput::close);
        main.ifPresent(MainChannelInput::close);
    }

    /**
     * Ends the return path, and the other channels once the source has had time to read it to its
     * end: what it has been told there counts, whichever end it sees first.
     */
    void closeReturnPathFirst() {
        List<Link> others = new ArrayList<>();
        preempt.ifPresent(input -> others.add(input.leave()));
        if (pairing.link().isPresent()) {
            main.ifPresent(input -> others.add(input.leave()));
        } else {
            main.ifPresent(MainChannelInput::close);
        }
        pairing.close();
        ports.loop().schedule(READ_TO_END_NANOS, () -> others.forEach(Link::abort));
        returnPath = Optional.empty();
        waitingForRoom.clear();
    }

    /** Ends all channels at once. */
    void abort() {
        pairing.abort();
        preempt.ifPresent(PreemptInput::close);
        main.ifPresent(MainChannelInput::abort);
        returnPath = Optional.empty();
        waitingForRoom.clear();
    }
}
