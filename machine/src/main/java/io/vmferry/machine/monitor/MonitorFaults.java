package io.vmferry.machine.monitor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What a fault plan does to the first monitor of a process: other words, delays, closed
 * connections. The state belongs to the monitors' loop; the public methods may be called from any
 * thread, and hold for all that is said after them.
 */
public final class MonitorFaults {

    private final EventLoopGroup loop;
    private final Map<String, String> words = new HashMap<>();
    private final List<FaultyOutput> clients = new ArrayList<>();
    private long replyLagNanos;
    private long eventLagNanos;

    MonitorFaults(EventLoopGroup loop) {
        this.loop = loop;
    }

    /**
     * Says another word for one that stands in quotes.
     *
     * @param nanos for how long; empty for good
     */
    public void reword(String word, String instead, OptionalLong nanos) {
        loop.execute(() -> words.put(quoted(word), quoted(instead)));
        nanos.ifPresent(time -> {
            var _ = loop.schedule(() -> words.remove(quoted(word)), time, TimeUnit.NANOSECONDS);
        });
    }

    /** Says replies, or events, so much later. */
    public void lag(boolean events, long nanos) {
        loop.execute(() -> {
            if (events) {
                eventLagNanos = nanos;
            } else {
                replyLagNanos = nanos;
            }
        });
    }

    /** Closes every connection. */
    public void hangUp() {
        loop.execute(() -> List.copyOf(clients).forEach(FaultyOutput::hangUp));
    }

    MonitorSession.Output around(MonitorSession.Output output, Channel channel) {
        FaultyOutput client = new FaultyOutput(output, channel);
        clients.add(client);
        channel.closeFuture().addListener(_ -> clients.remove(client));
        return client;
    }

    private static String quoted(String word) {
        return '"' + word + '"';
    }

    private byte[] reworded(byte[] line) {
        if (words.isEmpty()) {
            return line;
        }
        String text = new String(line, StandardCharsets.US_ASCII);
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final class FaultyOutput implements MonitorSession.Output {
        private final MonitorSession.Output output;
        private final Channel channel;
        private long heldBytes;

        private FaultyOutput(MonitorSession.Output output, Channel channel) {
            this.output = output;
            this.channel = channel;
        }

        @Override
        public void write(byte[] line) {
            later(line, replyLagNanos);
        }

        @Override
        public void event(byte[] line) {
            later(line, eventLagNanos);
        }

        private void later(byte[] line, long nanos) {
            byte[] said = reworded(line);
            if (nanos == 0) {
                output.write(said);
                return;
            }
            if (heldBytes + said.length > MonitorConnection.MAX_UNREAD_BYTES) {
                hangUp();
                return;
            }
            heldBytes += said.length;
            delayed(
                    nanos,
                    () -> {
                        heldBytes -= said.length;
                        output.write(said);
                    });
        }

        private void delayed(long nanos, Runnable action) {
            var _ = channel.eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS);
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
            delayed(Math.max(replyLagNanos, eventLagNanos), output::close);
        }

        @Override
        public void broken(Throwable bug) {
            output.broken(bug);
        }
    }
}
