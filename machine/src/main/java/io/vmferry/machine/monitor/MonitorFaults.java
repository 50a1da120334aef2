package io.vmferry.machine.monitor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults of a plan at the first monitor of a process: other words, delays, closed connections.
 * The state belongs to the monitors' loop; the public methods may be called from any thread, and
 * hold for all that is said after them.
 */
public final class MonitorFaults {

    private static final Logger LOG = LoggerFactory.getLogger(MonitorFaults.class);

    /**
     * Another word.
     *
     * @param until by {@link System#nanoTime}; empty for good
     */
    private record ReplacementWord(String instead, OptionalLong until) {
        boolean holds(long nowNanos) {
            return until.isEmpty() || nowNanos - until.getAsLong() < 0;
        }
    }

    private final EventLoopGroup loop;
    private final Map<String, ReplacementWord> words = new LinkedHashMap<>();
    private final List<FaultyOutput> clients = new ArrayList<>();
    private long replyLagNanos;
    private long eventLagNanos;

    MonitorFaults(EventLoopGroup loop) {
        this.loop = loop;
    }

    /**
     * Says another word for one that stands in quotes.
     *
     * @param nanos for how long, from now on; empty for good
     */
    public void reword(String word, String instead, OptionalLong nanos) {
        OptionalLong until =
                nanos.isPresent()
                        ? OptionalLong.of(System.nanoTime() + nanos.getAsLong())
                        : OptionalLong.empty();
        onLoop(() -> words.put(quoted(word), new ReplacementWord(quoted(instead), until)));
    }

    /** Says replies, or events, so much later. */
    public void lag(boolean events, long nanos) {
        onLoop(() -> {
            if (events) {
                eventLagNanos = nanos;
            } else {
                replyLagNanos = nanos;
            }
        });
    }

    /** Closes every connection. */
    public void hangUp() {
        onLoop(() -> List.copyOf(clients).forEach(FaultyOutput::hangUp));
    }

    private void onLoop(Runnable fault) {
        try {
            loop.execute(fault);
        } catch (RejectedExecutionException e) {
            LOG.debug("A fault came after the monitor was closed");
        }
    }

    MonitorSession.Output around(MonitorSession.Output output, Channel channel) {
        FaultyOutput client = new FaultyOutput(output, channel);
        clients.add(client);
        channel.closeFuture()
                .addListener(_ -> {
                    clients.remove(client);
                    client.drop();
                });
        return client;
    }

    private static String quoted(String word) {
        return '"' + word + '"';
    }

    private byte[] reworded(byte[] line) {
        long nowNanos = System.nanoTime();
        words.values().removeIf(word -> !word.holds(nowNanos));
        if (words.isEmpty()) {
            return line;
        }
        String text = new String(line, StandardCharsets.US_ASCII);
        for (Map.Entry<String, ReplacementWord> word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue().instead());
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final class FaultyOutput implements MonitorSession.Output {
        private final MonitorSession.Output output;
        private final Channel channel;
        private final Delayed replies = new Delayed();
        private final Delayed events = new Delayed();
        private long heldBytes;

        private FaultyOutput(MonitorSession.Output output, Channel channel) {
            this.output = output;
            this.channel = channel;
        }

        @Override
        public void write(byte[] line) {
            later(replies, line, replyLagNanos);
        }

        @Override
        public void event(byte[] line) {
            later(events, line, eventLagNanos);
        }

        private void later(Delayed delayed, byte[] line, long nanos) {
            byte[] said = reworded(line);
            if (heldBytes + said.length > MonitorConnection.MAX_UNREAD_BYTES) {
                hangUp();
                return;
            }
            heldBytes += said.length;
            delayed.add(
                    System.nanoTime() + nanos,
                    () -> {
                        heldBytes -= said.length;
                        output.write(said);
                    });
        }

        /** The connection has ended: what is held is not said any more. */
        private void drop() {
            replies.actions.clear();
            events.actions.clear();
        }

        private void hangUp() {
            var _ = channel.close();
        }

        @Override
        public void read(boolean on) {
            output.read(on);
        }

        @Override
        public void close() {
            Delayed last = events.lastNanos - replies.lastNanos > 0 ? events : replies;
            last.add(System.nanoTime(), output::close);
        }

        @Override
        public void broken(Throwable bug) {
            output.broken(bug);
        }

        /** What is said later, in its order: nothing overtakes what was to come later still. */
        private final class Delayed {
            private record Action(long atNanos, Runnable action) {}

            private final Queue<Action> actions = new ArrayDeque<>();
            private long lastNanos = System.nanoTime();

            void add(long atNanos, Runnable action) {
                lastNanos = atNanos - lastNanos > 0 ? atNanos : lastNanos;
                actions.add(new Action(lastNanos, action));
                if (actions.size() == 1) {
                    run();
                }
            }

            private void run() {
                Action next = actions.peek();
                while (next != null && next.atNanos - System.nanoTime() <= 0) {
                    actions.poll();
                    next.action.run();
                    next = actions.peek();
                }
                if (next != null) {
                    long leftNanos = next.atNanos - System.nanoTime();
                    var _ =
                            channel.eventLoop()
                                    .schedule(this::run, leftNanos, TimeUnit.NANOSECONDS);
                }
            }
        }
    }
}
