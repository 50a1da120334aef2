package io.vmferry.dest.incoming.channel;

import io.vmferry.dest.incoming.ram.StreamMarks;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Holds the main stream and the multifd channels to each other: at each mark of the stream, until
 * every channel has come to its synchronisation, and there each channel until the mark. So no page
 * is overtaken by a later version of itself. QEMU's {@code multifd_recv_sync_main}.
 */
public final class MultifdSync implements StreamMarks {

    private final MigrationOptions options;
    private final Runnable passed;
    private final Consumer<Failure> failed;

    /** What the channels that have come to their synchronisation do when it is over. */
    private final TreeMap<Integer, Runnable> arrived = new TreeMap<>();

    private final Set<Integer> ended = new HashSet<>();
    private Optional<StreamHolds> main = Optional.empty();
    private int channels;
    private Optional<Runnable> waiting = Optional.empty();

    /**
     * @param passed runs where a MULTIFD_FLUSH has been passed
     */
    public MultifdSync(MigrationOptions options, Runnable passed, Consumer<Failure> failed) {
        this.options = options;
        this.passed = passed;
        this.failed = failed;
    }

    /** The main channel is there, with what holds it back. */
    public void main(StreamHolds holds) {
        main = Optional.of(holds);
        channels =
                options.capabilities().has(Capability.MULTIFD)
                        ? options.parameters().multifdChannels()
                        : 0;
    }

    /** Without multifd channels there is nothing to wait for. */
    @Override
    public void flush() {
        mark(passed);
    }

    /** Before there was MULTIFD_FLUSH each end of RAM's payload was such a mark. */
    @Override
    public void endOfSection() {
        if (channels > 0 && !options.profile().has(Trait.MULTIFD_FLUSH)) {
            mark(() -> {});
        }
    }

    private void mark(Runnable whenPassed) {
        main.orElseThrow()
                .holdDuring(goOn -> {
                    waiting =
                            Optional.of(() -> {
                                whenPassed.run();
                                release();
                                goOn.run();
                            });
                    look();
                });
    }

    /**
     * A channel has come to a synchronisation, at which it stops.
     *
     * @param goOn what it does then
     */
    public void arrived(int channel, Runnable goOn) {
        arrived.put(channel, goOn);
        look();
    }

    /** A channel has ended, which is in order unless a synchronisation of it is missing. */
    public void ended(int channel) {
        ended.add(channel);
        look();
    }

    private void look() {
        if (waiting.isEmpty()) {
            return;
        }
        if (arrived.size() == channels) {
            Runnable pass = waiting.get();
            waiting = Optional.empty();
            pass.run();
            return;
        }
        ended.stream()
                .filter(channel -> !arrived.containsKey(channel))
                .findFirst()
                .ifPresent(channel -> {
                    waiting = Optional.empty();
                    failed.accept(
                            Failure.Wire.sequence(
                                    ChannelRole.multifd(channel),
                                    "ended before the synchronisation that the main channel"
                                            + " waits for"));
                });
    }

    private void release() {
        List<Runnable> held = new ArrayList<>(arrived.values());
        arrived.clear();
        held.forEach(Runnable::run);
    }
}
