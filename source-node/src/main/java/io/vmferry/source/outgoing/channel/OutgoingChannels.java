package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.Connector;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The channels of one migration, from their connection to their end. */
public final class OutgoingChannels {

    /** Time limit for all channels that are opened together; a single connect has less. */
    private static final long CONNECT_SECONDS = 120;

    private final MigrationAddress address;
    private final ChannelPlan plan;
    private final UUID id;
    private final ChannelSet set;
    private final ChannelConnecting connecting;
    private final ChannelFailures failures;
    private final ChannelBeginnings beginnings;

    @SuppressWarnings("NullAway.Init") // set as the main channel connects, the first that does
    private MainChannel main;

    @SuppressWarnings("NullAway.Init") // set as the main channel connects, the first that does
    private Liveness liveness;

    /** Whether the connection turned out to be a pipe. */
    private boolean oneWay;

    private Optional<SourceReturnPath> returnPath = Optional.empty();
    private Optional<PreemptChannel> preempt = Optional.empty();

    /**
     * Nothing is connected yet.
     *
     * @param id what pairs these channels at the destination
     */
    public OutgoingChannels(
            EngineLoop loop,
            Connector connector,
            MigrationAddress address,
            ChannelPlan plan,
            UUID id,
            ChannelFailures failures,
            ChannelBeginnings beginnings) {
        this.address = address;
        this.plan = plan;
        this.id = id;
        this.failures = failures;
        this.beginnings = beginnings;
        this.set =
                new ChannelSet(
                        loop,
                        plan.channels(),
                        TimeUnit.SECONDS.toNanos(CONNECT_SECONDS),
                        this::late);
        this.connecting =
                new ChannelConnecting(connector, address, set, this::begin, this::unconnected);
    }

    /** Connects the channels that are needed before the stream begins; then runs the action. */
    public void open(Runnable whenConnected) {
        connecting.open(plan.channels().atStart(), whenConnected);
    }

    /** Connects the channels that postcopy needs; then runs the action. */
    public void openLater(Runnable whenConnected) {
        connecting.open(plan.channels().later(), whenConnected);
    }

    /** Where the destination listens. */
    public MigrationAddress address() {
        return address;
    }

    /** The attempts to connect. */
    public ChannelConnecting connecting() {
        return connecting;
    }

    private void unconnected(ChannelRole channel, IOException e) {
        failures.now(Failure.ConnectionFailure.unconnected(channel, e));
    }

    private void late(ChannelRole channel) {
        failures.now(
                new Failure.Silence(
                        channel,
                        "%s: not connected within %d s"
                                .formatted(channel.title(), CONNECT_SECONDS)));
    }

    private void begin(ChannelRole channel, Link link) {
        switch (channel.kind()) {
            case MAIN -> beginMain(link);
            case RETURN_PATH -> beginReturnPath(link);
            case PREEMPT -> preempt = Optional.of(beginnings.preempt(link, failures));
            case MULTIFD -> beginnings.multifd(channel, link, failures);
        }
    }

    private void beginMain(Link link) {
        oneWay = link.oneWay();
        main = beginnings.main(link, answered());
        liveness = beginnings.liveness(main, answered());
        if (plan.answers() == ChannelPlan.AnswerRoute.INLINE && !oneWay) {
            link.carries(ChannelRole.RETURN_PATH);
            listenOn(link);
        } else {
            link.attach(beginnings.silentMain(() -> returnPath.isPresent(), failures));
            if (link.endsSeparately()) {
                // a program may close its output and still read
                link.reading(false);
            }
        }
    }

    private void beginReturnPath(Link link) {
        ByteBuf preamble = ByteBufAllocator.DEFAULT.directBuffer(ReturnPathPreamble.WIRE_BYTES);
        new ReturnPathPreamble(id).write(preamble);
        link.write(preamble);
        link.flush();
        listenOn(link);
    }

    private void listenOn(Link link) {
        boolean inline = plan.answers() == ChannelPlan.AnswerRoute.INLINE;
        SourceReturnPath reader = beginnings.returnPath(link, inline, liveness, failures);
        returnPath = Optional.of(reader);
        link.attach(reader);
    }

    /** Whether the migration needs a return path and goes to a file or pipe, which has none. */
    public boolean unanswered() {
        return plan.answers() == ChannelPlan.AnswerRoute.IMPOSSIBLE || (plan.answered() && oneWay);
    }

    /**
     * Why a migration that is {@link #unanswered} cannot go on, in the words of QEMU, which uses a
     * file that is open for writing in both directions.
     *
     * @param access what QEMU finds it cannot do
     */
    public Optional<Failure> noAnswer(String access) {
        if (!unanswered()) {
            return Optional.empty();
        }
        return Optional.of(
                new Failure.ConnectionFailure(
                        ChannelRole.RETURN_PATH,
                        main.sentBytes(),
                        "Unable to %s file: Bad file descriptor".formatted(access),
                        Optional.empty()));
    }

    /** Whether the destination answers. */
    public boolean answered() {
        return plan.answered() && !oneWay;
    }

    /** The id of a return path on its own connection, which the stream has to announce. */
    public Optional<UUID> returnPathId() {
        return plan.answers() == ChannelPlan.AnswerRoute.CHANNEL
                ? Optional.of(id)
                : Optional.empty();
    }

    /** The main channel, once it is connected. */
    public MainChannel main() {
        return main;
    }

    /** The detection of a silent destination, once the main channel is connected. */
    public Liveness liveness() {
        return liveness;
    }

    /** The preempt channel; empty where there is none, or none yet. */
    public Optional<PreemptChannel> preempt() {
        return preempt;
    }

    /** The return path; empty where there is none, or none yet. */
    public Optional<SourceReturnPath> returnPath() {
        return returnPath;
    }

    /** The failures of these channels. */
    public ChannelFailures failures() {
        return failures;
    }

    /** Ends all channels in an orderly way. */
    public void close() {
        end();
        set.close();
    }

    /** Ends all channels at once; what is queued is lost. */
    public void abort() {
        end();
        set.abort();
        connecting.abort();
    }

    private void end() {
        failures.end();
        beginnings.multifd().end();
        if (liveness != null) {
            liveness.end();
        }
    }
}
