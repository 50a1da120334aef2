package io.vmferry.dest.incoming.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of one incoming migration, and what waits for them, also in recoveries. */
public final class IncomingChannels {

    private static final Logger log = LoggerFactory.getLogger(IncomingChannels.class);

    /** Time limit of the stream's wait for another channel. */
    private static final long WAIT_SECONDS = 30;

    /** Time for the source to read the return path to its end, before the other channels end. */
    private static final long READ_TO_END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MigrationOptions options;
    private final IncomingState state;
    private final EngineLoop loop;
    private final Probe probe;
    private final ConnectionLog connectionLog;
    private final WaitingReturnPaths waitingReturnPaths;

    private ChannelSet set;
    private Consumer<Failure> whenLate = failure -> {};

    /** The return path that the source has announced; empty before the configuration. */
    private Optional<Optional<UUID>> announced = Optional.empty();

    private Optional<StreamHolds> main = Optional.empty();
    private Optional<Link> returnPath = Optional.empty();

    private final AnswerRoom room;

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
        this.room = new AnswerRoom(state);
        this.set = noChannels();
    }

    private ChannelSet noChannels() {
        return new ChannelSet(
                loop, ExpectedChannels.MAIN, TimeUnit.SECONDS.toNanos(WAIT_SECONDS), this::late);
    }

    private void late(ChannelRole channel) {
        boolean announcement = channel.equals(ChannelRole.RETURN_PATH);
        String what = (announcement ? "announced " : "") + channel.title().toLowerCase(Locale.ROOT);
        String text = "The %s did not arrive within %d s".formatted(what, WAIT_SECONDS);
        whenLate.accept(new Failure.Silence(channel, text));
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
                    room.mainOpened();
                    main = Optional.of(holds);
                    link.attach(input);
                });
    }

    /** Whether there is a main channel from which is read. */
    public boolean readsMain() {
        return main.isPresent() && !main.get().held();
    }

    /** Ends all waits for room on the return path, since the source reads no more. */
    public void mainClosed() {
        room.mainClosed();
    }

    /** Sets the expected channels, which the configuration determines. */
    public void configured(Optional<UUID> returnPathId) {
        announced = Optional.of(returnPathId);
        set.expect(expected());
        waitingReturnPaths.choose(returnPathId).ifPresent(this::pair);
    }

    private ExpectedChannels expected() {
        // a recovery goes on without them: its pages come on the main channel
        boolean multifd = hasMultifd() && !state.paused() && !state.recovering();
        return ExpectedChannels.of(
                options.capabilities(),
                options.profile(),
                announced.flatMap(id -> id).isPresent(),
                multifd ? options.parameters().multifdChannels() : 0);
    }

    // ---- return path

    /** Adds a connection that has the preamble of a return path. */
    public void returnPath(Link link, UUID migrationId, LinkListener input) {
        Optional<String> refusal = refusal(migrationId);
        if (refusal.isPresent()) {
            connectionLog.reject("Return path", link, refusal.get());
            return;
        }
        // the source tries again: the end of the previous connection has not arrived yet
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

    /** Forgets the connection of the return path; another one may come. */
    void forgetReturnPath() {
        set.remove(ChannelRole.RETURN_PATH);
    }

    /** Those that no main channel has announced yet. */
    public WaitingReturnPaths waitingReturnPaths() {
        return waitingReturnPaths;
    }

    /** Whether the return path has been opened. */
    public boolean answers() {
        return returnPath.isPresent();
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
        returnPath = Optional.of(link);
        action.run();
    }

    /** Sends a message to the source; false without a return path. */
    public boolean send(ReturnPathMessage message) {
        if (returnPath.isEmpty()) {
            return false;
        }
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(64);
        ReturnPathWriter.write(out, message);
        returnPath.get().write(out);
        returnPath.get().flush();
        return true;
    }

    /** Sends an answer to what a stream has asked; see {@link AnswerRoom}. */
    public void answer(StreamHolds holds, ReturnPathMessage message) {
        send(message);
        if (!returnPath.orElseThrow().writable()) {
            room.await(holds);
        }
    }

    /** Continues to read, since the return path is writable again. */
    public void returnPathWritable() {
        room.writable();
    }

    // ---- multifd

    /** Whether there are channels that carry pages beside the stream. */
    public boolean hasMultifd() {
        return options.capabilities().has(Capability.MULTIFD);
    }

    /** Takes a connection for a multifd channel; returns why it cannot be that, else empty. */
    public Optional<String> multifd(int channel, Link link, Runnable begin) {
        if (state.postcopy().listened()) {
            return Optional.of("pages come on the main channel now");
        }
        set.expect(expected());
        Optional<String> refusal = set.refusal(ChannelRole.multifd(channel));
        if (refusal.isEmpty()) {
            set.add(ChannelRole.multifd(channel), link, begin);
        }
        return refusal;
    }

    /** Runs an action as soon as the multifd channels are there, at once where there are none. */
    public void whenMultifd(Runnable action, Consumer<Failure> failed) {
        await(expected().multifd(), action, failed);
    }

    // ---- preempt

    /** Whether there is to be a channel for pages that were asked for. */
    public boolean preempts() {
        return options.capabilities().has(Capability.POSTCOPY_PREEMPT);
    }

    private boolean hasPreempt() {
        return set.link(ChannelRole.PREEMPT).isPresent();
    }

    /** Whether only the preempt channel is missing, which has no mark at its beginning. */
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
                            "The stream waits for the preempt channel, and for a file there is"
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

    /** Ends all channels once everything was sent; first the return path, for its message. */
    public void close() {
        end(Link::close);
    }

    /** Ends all channels at once; new ones may replace them. */
    public void replace() {
        end(Link::abort);
        renew();
    }

    private void end(Consumer<Link> how) {
        endWaits();
        set.link(ChannelRole.RETURN_PATH).ifPresent(how);
        set.links().reversed().forEach(how);
    }

    /** The same for working channels: the source gets time to read the return path to its end. */
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
        room.forget();
    }

    /** Starts a new set of channels, for which the configuration still holds. */
    private void renew() {
        set = noChannels();
        set.expect(expected());
        main = Optional.empty();
        room.mainOpened();
        openedAgain = false;
    }
}
