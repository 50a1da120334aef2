package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ExpectedChannels;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The channels of one incoming migration, as far as they are known, and what they wait for. */
final class IncomingChannels {

    private static final Logger log = LoggerFactory.getLogger(IncomingChannels.class);

    /** How long the stream may have to wait for another channel. */
    private static final long WAIT_SECONDS = 30;

    /** How long a source may take to read the return path to its end before it sees other ends. */
    private static final long READ_TO_END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IncomingMigration migration;
    private final IncomingPorts ports;
    private final ChannelSet set;
    private final WaitingReturnPaths waitingReturnPaths =
            new WaitingReturnPaths(this::rejectReturnPath);

    /** Which return path the source has announced; empty until the configuration has come. */
    private Optional<Optional<UUID>> announced = Optional.empty();

    private Optional<MainChannelInput> main = Optional.empty();
    private Optional<IncomingReturnPath> returnPath = Optional.empty();
    private Optional<PreemptInput> preempt = Optional.empty();

    /** Held back until the return path takes more: the main channel, its package, or both. */
    private final List<StreamInput> waitingForRoom = new ArrayList<>();

    private boolean openedAgain;

    IncomingChannels(IncomingMigration migration, IncomingPorts ports) {
        this.migration = migration;
        this.ports = ports;
        this.set =
                new ChannelSet(
                        ports.loop(),
                        ExpectedChannels.MAIN,
                        TimeUnit.SECONDS.toNanos(WAIT_SECONDS),
                        this::late);
    }

    /** Channels that take the place of others: what the configuration said still holds. */
    IncomingChannels succeeding() {
        IncomingChannels next = new IncomingChannels(migration, ports);
        next.announced = announced;
        next.set.expect(set.expected());
        return next;
    }

    private void late(ChannelRole channel) {
        String what =
                channel.equals(ChannelRole.RETURN_PATH)
                        ? "The announced return path"
                        : "The " + channel.title().toLowerCase(Locale.ROOT);
        migration.end(
                new Failure.Silence(
                        channel, "%s did not arrive within %d s".formatted(what, WAIT_SECONDS)));
    }

    // ---- main channel

    Optional<MainChannelInput> main() {
        return main;
    }

    /** The connection becomes the main channel. */
    void main(Link link, MainChannelInput input) {
        set.add(
                ChannelRole.MAIN,
                link,
                () -> {
                    main = Optional.of(input);
                    link.attach(input);
                });
    }

    /** The configuration was read: which channels belong to the migration is known now. */
    void configured(Optional<UUID> returnPathId) {
        announced = Optional.of(returnPathId);
        set.expect(expected());
        waitingReturnPaths.choose(returnPathId).ifPresent(this::pair);
        migration.adoptPreempt();
    }

    private ExpectedChannels expected() {
        return ExpectedChannels.of(
                migration.options().capabilities(),
                migration.profile(),
                announced.flatMap(id -> id).isPresent());
    }

    // ---- return path

    /** A connection has introduced itself as a return path. */
    void returnPathChannel(Link link, UUID migrationId) {
        Optional<String> refusal = refusal(migrationId);
        if (refusal.isPresent()) {
            rejectReturnPath(link, refusal.get());
            return;
        }
        // a source that tries again: nobody has told us yet that the one before has gone
        set.remove(ChannelRole.RETURN_PATH).ifPresent(Link::abort);
        link.attach(new ReturnPathInput(migration, link, migrationId));
        if (announced.isPresent()) {
            pair(link);
        } else {
            waitingReturnPaths.keep(migrationId, link);
        }
    }

    private Optional<String> refusal(UUID migrationId) {
        if (announced.isEmpty()) {
            return waitingReturnPaths.has(migrationId)
                    ? Optional.of("there is one already")
                    : Optional.empty();
        }
        if (announced.get().filter(id -> !id.equals(migrationId)).isPresent()) {
            return Optional.of("it belongs to migration " + migrationId);
        }
        return announced.get().isPresent() && migration.paused()
                ? Optional.empty()
                : set.refusal(ChannelRole.RETURN_PATH);
    }

    private void rejectReturnPath(Link link, String why) {
        migration
                .listener()
                .connectionLog()
                .add(Level.WARN, "Return path from %s rejected: %s".formatted(link.peer(), why));
        link.abort();
    }

    private void pair(Link link) {
        set.add(
                ChannelRole.RETURN_PATH,
                link,
                () -> migration.probe().reached(PointName.RETURN_PATH_CHANNEL));
        migration.adoptPreempt();
    }

    /** Whether a connection is the return path, and carries nothing else. */
    boolean hasReturnPath(Link link) {
        return set.link(ChannelRole.RETURN_PATH).equals(Optional.of(link));
    }

    /** The connection has gone, and another one may come. */
    void forgetReturnPath() {
        set.remove(ChannelRole.RETURN_PATH);
    }

    /** Those that no main channel has announced yet. */
    WaitingReturnPaths waitingReturnPaths() {
        return waitingReturnPaths;
    }

    Optional<IncomingReturnPath> returnPath() {
        return returnPath;
    }

    /** OPEN_RETURN_PATH: the stream waits until the announced connection is there. */
    void openReturnPath() {
        if (returnPath.isPresent() || set.waiting()) {
            if (!openedAgain) {
                openedAgain = true;
                log.warn("The source opens the return path a second time");
            }
        } else if (announced.flatMap(id -> id).isEmpty()) {
            Link link = main.orElseThrow().link();
            link.carries(ChannelRole.RETURN_PATH);
            returnPathOpened(link);
        } else {
            main.orElseThrow()
                    .holdDuring(goOn ->
                            set.await(
                                    List.of(ChannelRole.RETURN_PATH),
                                    () -> {
                                        returnPathOpened(
                                                set.link(ChannelRole.RETURN_PATH).orElseThrow());
                                        goOn.run();
                                    }));
        }
    }

    private void returnPathOpened(Link link) {
        returnPath = Optional.of(new IncomingReturnPath(link));
        migration.approvals().returnPathOpened();
    }

    /** Whether the stream is held back until another channel is there. */
    boolean waitForAnother() {
        return set.waiting();
    }

    /**
     * Answers what came on a stream. A source that does not read the answers is not read any more
     * either, so that they cannot pile up here; but one that has closed the main channel is not
     * waited for.
     */
    void answer(StreamInput input, IncomingReturnPath path, ReturnPathMessage message) {
        path.send(message);
        boolean ended = main.map(MainChannelInput::hasClosed).orElse(false);
        if (!path.writable() && !waitingForRoom.contains(input) && !ended) {
            waitingForRoom.add(input);
            input.hold();
        }
    }

    void returnPathWritable() {
        if (!migration.halted()) {
            List<StreamInput> waiting = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
            waiting.forEach(StreamInput::release);
        }
    }

    // ---- preempt

    /** The channel for pages that were asked for, as soon as it has been recognised. */
    Optional<PreemptInput> preempt() {
        return preempt;
    }

    /**
     * Whether the next connection that says nothing is the preempt channel: it is the one that is
     * left and has no way to introduce itself.
     */
    boolean expectsPreempt() {
        return set.left().equals(Optional.of(ChannelRole.PREEMPT));
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

    /** Runs an action as soon as all channels are there, if preempt is one of them. */
    void whenPreempt(Runnable action) {
        if (!preempts()) {
            action.run();
        } else if (preempt.isEmpty() && migration.comesFromFile()) {
            migration.end(
                    new Failure.Silence(
                            ChannelRole.PREEMPT,
                            "The stream waits for the preempt channel, and behind a file there is"
                                    + " none"));
        } else {
            set.await(expected().all(), action);
        }
    }

    /**
     * @param bytes what has come on the connection so far
     */
    void preempt(Link link, ByteBuf bytes) {
        set.add(
                ChannelRole.PREEMPT,
                link,
                () -> {
                    PreemptInput input = new PreemptInput(migration, link);
                    preempt = Optional.of(input);
                    link.attach(input);
                    ports.probe().reached(PointName.PREEMPT_CHANNEL);
                    input.received(bytes);
                    if (migration.postcopy().begun() && !migration.recovery().underWay()) {
                        input.listen();
                    }
                });
    }

    /** Pages may come on the preempt channel from now on. */
    void listen() {
        preempt.ifPresent(PreemptInput::listen);
    }

    // ---- the end

    /** Ends all channels once what was written has been sent. */
    void close() {
        end(Link::close);
    }

    /** Ends all channels at once. */
    void abort() {
        end(Link::abort);
    }

    /** The return path first: what was said there counts, whichever end the source sees first. */
    private void end(Consumer<Link> how) {
        endWaits();
        set.link(ChannelRole.RETURN_PATH).ifPresent(how);
        set.links().reversed().forEach(how);
        forgetInputs();
    }

    /**
     * Ends the return path, and the other channels once the source has had time to read it to its
     * end.
     */
    void closeReturnPathFirst() {
        endWaits();
        List<Link> others = new ArrayList<>(set.links());
        set.link(ChannelRole.RETURN_PATH)
                .or(() -> main.map(MainChannelInput::link))
                .ifPresent(link -> {
                    others.remove(link);
                    link.close();
                });
        others.forEach(Link::ignore);
        forgetInputs();
        ports.loop().schedule(READ_TO_END_NANOS, () -> others.forEach(Link::abort));
    }

    private void endWaits() {
        set.endWait();
        waitingReturnPaths.abort();
        returnPath = Optional.empty();
        waitingForRoom.clear();
    }

    private void forgetInputs() {
        preempt.ifPresent(PreemptInput::forget);
        main.ifPresent(MainChannelInput::forget);
    }
}
