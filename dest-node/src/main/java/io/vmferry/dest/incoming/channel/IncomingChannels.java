package io.vmferry.dest.incoming.channel;

import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ExpectedChannels;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
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

/**
 * The channels of one incoming migration, as far as they are known, and what they wait for. Others
 * take their place when postcopy has lost them.
 */
public final class IncomingChannels {

    private static final Logger log = LoggerFactory.getLogger(IncomingChannels.class);

    /** How long the stream may have to wait for another channel. */
    private static final long WAIT_SECONDS = 30;

    /** How long a source may take to read the return path to its end before it sees other ends. */
    private static final long READ_TO_END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MigrationOptions options;
    private final IncomingState state;
    private final EngineLoop loop;
    private final Probe probe;
    private final ConnectionLog connectionLog;
    private final WaitingReturnPaths waitingReturnPaths;

    private ChannelSet set;
    private Consumer<Failure> whenLate = failure -> {};

    /** Which return path the source has announced; empty until the configuration has come. */
    private Optional<Optional<UUID>> announced = Optional.empty();

    private Optional<StreamHolds> main = Optional.empty();
    private boolean mainClosed;
    private Optional<IncomingReturnPath> returnPath = Optional.empty();

    /** Held back until the return path takes more: the main channel, its package, or both. */
    private final List<StreamHolds> waitingForRoom = new ArrayList<>();

    private boolean openedAgain;

    /** A migration without channels. */
    public IncomingChannels(
            MigrationOptions options,
            IncomingState state,
            EngineLoop loop,
            Probe probe,
            ConnectionLog connectionLog) {
        this.options = options;
        this.state = state;
        this.loop = loop;
        this.probe = probe;
        this.connectionLog = connectionLog;
        this.waitingReturnPaths =
                new WaitingReturnPaths(
                        (link, why) -> connectionLog.reject("Return path", link, why));
        this.set = noChannels();
    }

    private ChannelSet noChannels() {
        return new ChannelSet(
                loop, ExpectedChannels.MAIN, TimeUnit.SECONDS.toNanos(WAIT_SECONDS), this::late);
    }

    private void late(ChannelRole channel) {
        String what =
                channel.equals(ChannelRole.RETURN_PATH)
                        ? "The announced return path"
                        : "The " + channel.title().toLowerCase(Locale.ROOT);
        whenLate.accept(
                new Failure.Silence(
                        channel, "%s did not arrive within %d s".formatted(what, WAIT_SECONDS)));
    }

    // ---- main channel

    /** Whether there is a main channel. */
    public boolean hasMain() {
        return main.isPresent();
    }

    /**
     * The connection becomes the main channel.
     *
     * @param holds hold back what comes on it
     */
    public void main(Link link, StreamHolds holds, LinkListener input) {
        set.add(
                ChannelRole.MAIN,
                link,
                () -> {
                    mainClosed = false;
                    main = Optional.of(holds);
                    link.attach(input);
                });
    }

    /** Whether there is a main channel from which is read. */
    public boolean readsMain() {
        return main.isPresent() && !main.get().held();
    }

    /** Whoever waits until the source takes more answers waits in vain. */
    public void mainClosed() {
        mainClosed = true;
        returnPathWritable();
    }

    /** The configuration was read: which channels belong to the migration is known now. */
    public void configured(Optional<UUID> returnPathId) {
        announced = Optional.of(returnPathId);
        set.expect(expected());
        waitingReturnPaths.choose(returnPathId).ifPresent(this::pair);
    }

    private ExpectedChannels expected() {
        return ExpectedChannels.of(
                options.capabilities(), options.profile(), announced.flatMap(id -> id).isPresent());
    }

    // ---- return path

    /** A connection has introduced itself as a return path. */
    public void returnPath(Link link, UUID migrationId, LinkListener input) {
        Optional<String> refusal = refusal(migrationId);
        if (refusal.isPresent()) {
            connectionLog.reject("Return path", link, refusal.get());
            return;
        }
        // a source that tries again: nobody has told us yet that the one before has gone
        set.remove(ChannelRole.RETURN_PATH).ifPresent(Link::abort);
        link.attach(input);
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
        return announced.get().isPresent() && state.paused()
                ? Optional.empty()
                : set.refusal(ChannelRole.RETURN_PATH);
    }

    private void pair(Link link) {
        set.add(ChannelRole.RETURN_PATH, link, () -> probe.reached(PointName.RETURN_PATH_CHANNEL));
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
    public WaitingReturnPaths waitingReturnPaths() {
        return waitingReturnPaths;
    }

    /** The return path, once it has been opened. */
    public Optional<IncomingReturnPath> returnPath() {
        return returnPath;
    }

    /**
     * OPEN_RETURN_PATH: the stream waits until the announced connection is there.
     *
     * @param opened runs when answers can be written, before the stream goes on
     * @param late gets the failure when the connection does not come
     */
    public void openReturnPath(Runnable opened, Consumer<Failure> late) {
        if (returnPath.isPresent() || set.waiting()) {
            if (!openedAgain) {
                openedAgain = true;
                log.warn("The source opens the return path a second time");
            }
        } else if (announced.flatMap(id -> id).isEmpty()) {
            Link link = set.link(ChannelRole.MAIN).orElseThrow();
            link.carries(ChannelRole.RETURN_PATH);
            opened(link, opened);
        } else {
            main.orElseThrow()
                    .holdDuring(goOn ->
                            await(
                                    List.of(ChannelRole.RETURN_PATH),
                                    () -> {
                                        opened(
                                                set.link(ChannelRole.RETURN_PATH).orElseThrow(),
                                                opened);
                                        goOn.run();
                                    },
                                    late));
        }
    }

    private void opened(Link link, Runnable action) {
        returnPath = Optional.of(new IncomingReturnPath(link));
        action.run();
    }

    /** Sends a message to the source; false where there is no way to it. */
    public boolean send(ReturnPathMessage message) {
        if (returnPath.isEmpty()) {
            return false;
        }
        returnPath.get().send(message);
        return true;
    }

    /**
     * Answers what came on a stream. A source that does not read the answers is not read any more
     * either, so that they cannot pile up here; but one that has closed the main channel is not
     * waited for.
     *
     * @param holds of the stream that asked
     */
    public void answer(StreamHolds holds, ReturnPathMessage message) {
        IncomingReturnPath path = returnPath.orElseThrow();
        path.send(message);
        if (!path.writable() && !waitingForRoom.contains(holds) && !mainClosed) {
            waitingForRoom.add(holds);
            holds.hold();
        }
    }

    /** The source takes answers again. */
    public void returnPathWritable() {
        if (!state.halted()) {
            List<StreamHolds> waiting = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
            waiting.forEach(StreamHolds::release);
        }
    }

    // ---- preempt

    /** Whether there is to be a channel for pages that were asked for. */
    public boolean preempts() {
        return options.capabilities().has(Capability.POSTCOPY_PREEMPT);
    }

    private boolean hasPreempt() {
        return set.link(ChannelRole.PREEMPT).isPresent();
    }

    /**
     * Whether the next connection that says nothing is the preempt channel: it is the one that is
     * left and has no way to introduce itself.
     */
    public boolean expectsPreempt() {
        return set.left().equals(Optional.of(ChannelRole.PREEMPT));
    }

    /** Whether a source connects the preempt channel at once, so that it may overtake others. */
    public boolean preemptMayComeFirst() {
        return preempts()
                && !hasPreempt()
                && !state.paused()
                && options.profile().has(Trait.PREEMPT_CHANNEL_AT_START);
    }

    /**
     * Takes a connection for the preempt channel.
     *
     * @param begin makes the connection the preempt channel, before what waits for it goes on
     */
    public void preempt(Link link, Runnable begin) {
        set.add(ChannelRole.PREEMPT, link, begin);
    }

    // ---- waiting for others

    /** Whether the stream is held back until another channel is there. */
    public boolean waitForAnother() {
        return set.waiting();
    }

    /**
     * Runs an action as soon as all channels are there, if preempt is one of them.
     *
     * @param fromFile whether no other channel can come
     * @param failed gets the failure when one does not come
     */
    public void whenPreempt(boolean fromFile, Runnable action, Consumer<Failure> failed) {
        if (!preempts()) {
            action.run();
        } else if (fromFile && !hasPreempt()) {
            failed.accept(
                    new Failure.Silence(
                            ChannelRole.PREEMPT,
                            "The stream waits for the preempt channel, and behind a file there is"
                                    + " none"));
        } else {
            await(expected().all(), action, failed);
        }
    }

    private void await(List<ChannelRole> channels, Runnable action, Consumer<Failure> late) {
        whenLate = late;
        set.await(channels, action);
    }

    // ---- the end

    /**
     * Ends all channels once what was written has been sent; the return path first: what was said
     * there counts, whichever end the source sees first.
     */
    public void close() {
        end(Link::close);
    }

    /** Ends all channels at once; others may take their place. */
    public void replace() {
        end(Link::abort);
        renew();
    }

    private void end(Consumer<Link> how) {
        endWaits();
        set.link(ChannelRole.RETURN_PATH).ifPresent(how);
        set.links().reversed().forEach(how);
    }

    /**
     * The same where the channels are sound: what was written on the return path arrives. The other
     * channels end once the source has had time to read it to its end.
     */
    public void leave() {
        endWaits();
        List<Link> others = new ArrayList<>(set.links());
        set.link(ChannelRole.RETURN_PATH)
                .or(() -> set.link(ChannelRole.MAIN))
                .ifPresent(link -> {
                    others.remove(link);
                    link.close();
                });
        others.forEach(Link::ignore);
        loop.schedule(READ_TO_END_NANOS, () -> others.forEach(Link::abort));
        renew();
    }

    private void endWaits() {
        set.endWait();
        waitingReturnPaths.abort();
        returnPath = Optional.empty();
        waitingForRoom.clear();
    }

    /** What the configuration said still holds for the channels that come. */
    private void renew() {
        ExpectedChannels expected = set.expected();
        set = noChannels();
        set.expect(expected);
        main = Optional.empty();
        mainClosed = false;
        openedAgain = false;
    }
}
