package io.vmferry.machine.monitor;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.protocol.qmp.QmpEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A monitor with one client in the same process: the session of a {@link MonitorServer} without its
 * sockets, for a simulated daemon.
 */
public final class LocalMonitor implements EventSink {

    private final EventFanout events;
    private final MonitorSession session;
    private boolean reading = true;

    /**
     * A monitor that greets its client at once.
     *
     * @param loop runs the commands and the session, one task after the other; the methods here
     *     belong to it too
     * @param clock stamps the events
     * @param lines takes what the client is sent, without the line ends
     */
    public LocalMonitor(CommandTable table, Executor loop, Clock clock, Consumer<String> lines) {
        this.events = new EventFanout(clock);
        this.session =
                new MonitorSession(
                        table, loop, loop, events, new Lines(lines), ClientDescriptors.none());
        session.opened();
    }

    /** Takes what the client sent. */
    public void send(byte[] bytes) {
        session.received(Unpooled.wrappedBuffer(bytes));
    }

    /** Whether the session wants to be sent more now. */
    public boolean reading() {
        return reading;
    }

    @Override
    public void emit(QmpEvent event) {
        events.emit(event);
    }

    private final class Lines implements MonitorSession.Output {

        private final Consumer<String> lines;

        private Lines(Consumer<String> lines) {
            this.lines = lines;
        }

        @Override
        public void write(byte[] line) {
            lines.accept(new String(line, StandardCharsets.US_ASCII).stripTrailing());
        }

        @Override
        public void read(boolean on) {
            reading = on;
        }

        @Override
        public void broken(Throwable bug) {
            throw new IllegalStateException("The session of a local monitor broke", bug);
        }

        @Override
        public void close() {
            // a local client never ends its input
        }
    }
}
