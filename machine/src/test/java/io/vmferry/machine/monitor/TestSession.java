package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.machine.descriptor.NamedDescriptors;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A monitor session without sockets; the test runs its loop and the loop of the commands. */
final class TestSession implements MonitorSession.Output {

    static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 123_456_789), ZoneOffset.UTC);

    final List<String> lines = new ArrayList<>();
    final Deque<Runnable> commands = new ArrayDeque<>();
    final Deque<Runnable> loop = new ArrayDeque<>();
    final List<Throwable> escaped = new ArrayList<>();
    final EventFanout events = new EventFanout(CLOCK);
    final NamedDescriptors names = new NamedDescriptors();
    final ClientDescriptors descriptors = new ClientDescriptors(names);
    final MonitorSession session;
    boolean reading = true;
    boolean closed;

    TestSession(CommandTable table) {
        session = new MonitorSession(table, commands::add, loop::add, events, this, descriptors);
        session.opened();
    }

    /** A session in command mode, with the greeting and the reply consumed. */
    static TestSession negotiated(CommandTable table) {
        TestSession test = new TestSession(table);
        test.ask("{'execute':'qmp_capabilities','arguments':{'enable':['oob']}}");
        return test;
    }

    /** Commands that reply as an idle QEMU does. */
    static CommandTable.Builder idleCommands() {
        QapiType.Struct uri = QapiType.struct(QapiType.required("uri", new QapiType.Str()));
        return CommandTable.builder(Profile.QEMU_7_2)
                .add("query-name", (arguments, reply) -> reply.success())
                .addOutOfBand(
                        "migrate-pause",
                        QapiType.struct(),
                        (arguments, reply) -> {
                            throw QmpException.generic(
                                    "migrate-pause is currently only supported during"
                                            + " postcopy-active state");
                        })
                .addOutOfBand(
                        "migrate-recover",
                        uri,
                        (arguments, reply) ->
                                reply.failure(
                                        QmpException.generic(
                                                "Migrate recover can only be run when postcopy is"
                                                        + " paused.")))
                .add(
                        "query-status",
                        (arguments, reply) ->
                                reply.success(JsonNodeFactory.instance.textNode("running")));
    }

    void send(byte[] bytes) {
        session.received(Unpooled.wrappedBuffer(bytes));
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Runs a task as the engine's loop does, which reports an exception and continues. */
    private void command(Runnable task) {
        try {
            task.run();
        } catch (Throwable bug) {
            escaped.add(bug);
        }
    }

    /** Runs both loops until they have no task left. */
    void settle() {
        while (!commands.isEmpty() || !loop.isEmpty()) {
            if (commands.isEmpty()) {
                loop.remove().run();
            } else {
                command(commands.remove());
            }
        }
    }

    /** Removes and returns the lines sent since the last call. */
    List<String> heard() {
        List<String> heard = List.copyOf(lines);
        lines.clear();
        return heard;
    }

    List<String> ask(String text) {
        heard();
        send(text);
        settle();
        return heard();
    }

    @Override
    public void write(byte[] line) {
        String text = new String(line, StandardCharsets.US_ASCII);
        if (!text.endsWith("\r\n")) {
            throw new AssertionError("A line without CR LF: " + text);
        }
        lines.add(text.substring(0, text.length() - 2));
    }

    @Override
    public void read(boolean on) {
        reading = on;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void broken(Throwable bug) {
        throw new AssertionError(bug);
    }
}
