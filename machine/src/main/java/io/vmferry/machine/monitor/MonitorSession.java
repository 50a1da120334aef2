package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.ClientCommand;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import io.vmferry.protocol.qmp.QmpFramer;
import io.vmferry.protocol.qmp.QmpJson;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of one client: greeting, negotiation, then one command at a time in the order they
 * came, out-of-band ones at once. Everything but {@link #event} is confined to the session's loop.
 */
final class MonitorSession {

    /** The connection as the session sees it; called on the session's loop. */
    interface Output {
        void write(byte[] line);

        /** Writes an event. */
        default void event(byte[] line) {
            write(line);
        }

        /** Stops or goes on reading; commands that were read already still come. */
        void read(boolean on);

        /** Closes after what was written. */
        void close();

        /** Reports a bug in serving this client, and drops the client. */
        void broken(Throwable bug);
    }

    /** Longest command. */
    static final int MAX_COMMAND_BYTES = 1 << 18;

    /** Commands that may wait before nothing more is read: QEMU's queue length. */
    static final int MAX_WAITING = 8;

    /** Commands of this prefix change nothing, so a bug in one concerns its client alone. */
    private static final String READ_ONLY = "query-";

    private static final Logger LOG = LoggerFactory.getLogger(MonitorSession.class);

    /** What waits its turn. */
    private sealed interface Queued {
        record QueuedCommand(ClientCommand command) implements Queued {}

        /** Descriptors, for the commands that came after them. */
        record QueuedDescriptors(List<Descriptor> descriptors) implements Queued {}

        record QueuedRefusal(Optional<JsonNode> id, QmpException error) implements Queued {}
    }

    private final CommandTable table;
    private final Executor commands;
    private final Executor loop;
    private final EventFanout events;
    private final Output output;
    private final ClientDescriptors descriptors;
    private final QmpFramer framer;
    private final Deque<Queued> waiting = new ArrayDeque<>();
    private final QmpFramer.Sink sink = new CommandSink();
    private boolean negotiated;
    private boolean outOfBand;
    private boolean busy;
    private int outOfBandAtWork;
    private boolean inputEnded;

    /** Set on the session's loop; others may look. */
    private volatile boolean closed;

    private final MonitorClient client = new SessionClient();

    /**
     * A session that has not begun.
     *
     * @param commands runs the commands
     * @param loop the thread of this session
     * @param descriptors those of the client, which the session closes
     */
    MonitorSession(
            CommandTable table,
            Executor commands,
            Executor loop,
            EventFanout events,
            Output output,
            ClientDescriptors descriptors) {
        this.table = table;
        this.framer = new QmpFramer(MAX_COMMAND_BYTES, QmpFramer.QEMU_MAX_DEPTH, table.profile());
        this.commands = commands;
        this.loop = loop;
        this.events = events;
        this.output = output;
        this.descriptors = descriptors;
    }

    /** Greets the client. */
    void opened() {
        output.write(QmpJson.greeting(table.profile().qemuVersion()));
    }

    /** Takes what the client sent. */
    void received(ByteBuf bytes) {
        framer.feed(bytes, sink);
    }

    /** Takes descriptors that came before the bytes that follow. */
    void received(List<Descriptor> received) {
        if (closed) {
            received.forEach(Descriptor::close);
            return;
        }
        // no command has come that could want the ones before: what waits stays bounded
        if (waiting.peekLast() instanceof Queued.QueuedDescriptors(List<Descriptor> unwanted)) {
            waiting.removeLast();
            unwanted.forEach(Descriptor::close);
        }
        enqueue(new Queued.QueuedDescriptors(received));
    }

    /** The client will send no more; its commands still get replies. */
    void inputEnded() {
        inputEnded = true;
        advance();
    }

    /** The connection is gone. */
    void closed() {
        closed = true;
        events.leave(this);
        for (Queued queued : waiting) {
            if (queued instanceof Queued.QueuedDescriptors(List<Descriptor> unwanted)) {
                unwanted.forEach(Descriptor::close);
            }
        }
        waiting.clear();
        descriptors.close();
    }

    /** Tells the client of an event. Callable from any thread. */
    void event(byte[] line) {
        try {
            loop.execute(() ->
                    guarded(() -> {
                        if (!closed) {
                            output.event(line);
                        }
                    }));
        } catch (RejectedExecutionException e) {
            LOG.debug("An event came after the monitor was closed");
        }
    }

    /** The client, for those who serve its commands. */
    private final class SessionClient implements MonitorClient {
        @Override
        public void event(QmpEvent event) {
            MonitorSession.this.event(events.line(event));
        }

        @Override
        public ClientDescriptors descriptors() {
            return descriptors;
        }

        @Override
        public boolean gone() {
            return closed;
        }
    }

    private final class CommandSink implements QmpFramer.Sink {
        @Override
        public void value(JsonNode value) {
            try {
                ClientCommand command = ClientCommand.parse(value, outOfBand);
                if (command.outOfBand()) {
                    run(command);
                } else {
                    enqueue(new Queued.QueuedCommand(command));
                }
            } catch (QmpException e) {
                enqueue(new Queued.QueuedRefusal(ClientCommand.idOf(value), e));
            }
        }

        @Override
        public void malformed(String description) {
            enqueue(new Queued.QueuedRefusal(Optional.empty(), QmpException.generic(description)));
        }
    }

    private void enqueue(Queued next) {
        waiting.add(next);
        advance();
    }

    private void advance() {
        while (!busy && !closed && !waiting.isEmpty()) {
            switch (waiting.remove()) {
                case Queued.QueuedCommand(ClientCommand command) -> run(command);
                case Queued.QueuedDescriptors(List<Descriptor> next) -> descriptors.receive(next);
                case Queued.QueuedRefusal(Optional<JsonNode> id, QmpException error) ->
                        refuse(id, error);
            }
        }
        if (!closed) {
            steerReading();
            if (inputEnded && !busy && outOfBandAtWork == 0 && waiting.isEmpty()) {
                output.close();
            }
        }
    }

    /** Commands that overtake wait as well: for the engine, which others ask too. */
    private void steerReading() {
        output.read(waiting.size() < MAX_WAITING && outOfBandAtWork < MAX_WAITING);
    }

    private void run(ClientCommand command) {
        try {
            if (!negotiated) {
                negotiate(command);
                return;
            }
            CommandTable.CommandEntry entry = table.find(command.name());
            if (command.outOfBand() && !entry.outOfBand()) {
                throw QmpException.generic(
                        "The command %s does not support OOB".formatted(command.name()));
            }
            if (command.name().equals(CommandTable.NEGOTIATION)) {
                negotiate(command);
                return;
            }
            entry.arguments().check(command.arguments());
            hand(entry, command);
        } catch (QmpException e) {
            refuse(command.id(), e);
        }
    }

    private void negotiate(ClientCommand command) throws QmpException {
        if (!command.name().equals(CommandTable.NEGOTIATION)) {
            throw new QmpException(
                    QmpErrorClass.COMMAND_NOT_FOUND,
                    "Expecting capabilities negotiation with '%s'"
                            .formatted(CommandTable.NEGOTIATION));
        }
        table.find(CommandTable.NEGOTIATION).arguments().check(command.arguments());
        if (negotiated) {
            throw new QmpException(
                    QmpErrorClass.COMMAND_NOT_FOUND,
                    "Capabilities negotiation is already complete, command ignored");
        }
        negotiated = true;
        outOfBand = !command.arguments().path("enable").isEmpty();
        // Before the reply: events are posted to this loop and come after it, and none is missed.
        events.join(this);
        output.write(QmpJson.success(command.id(), JsonNodeFactory.instance.objectNode()));
    }

    private void hand(CommandTable.CommandEntry entry, ClientCommand command) {
        boolean inBand = !command.outOfBand();
        busy |= inBand;
        outOfBandAtWork += inBand ? 0 : 1;
        steerReading();
        Reply reply = new SessionReply(command.id(), inBand);
        try {
            commands.execute(() -> invoke(entry, command.arguments(), reply));
        } catch (RejectedExecutionException e) {
            reply.failure(QmpException.generic("The daemon is about to end"));
        }
    }

    private static void invoke(CommandTable.CommandEntry entry, ObjectNode arguments, Reply reply) {
        try {
            entry.command().execute(arguments, reply);
        } catch (QmpException e) {
            reply.failure(e);
        } catch (Throwable bug) {
            LOG.error(
                    "Internal error in command {}, please report it: {}",
                    entry.name(),
                    bug.toString());
            LOG.debug("Command {}", entry.name(), bug);
            reply.failure(
                    QmpException.generic(
                            "Internal error in %s, the log says more".formatted(entry.name())));
            if (!entry.name().startsWith(READ_ONLY)) {
                // it may have stopped halfway: whoever runs the loop knows what that means
                throw bug;
            }
        }
    }

    /** What goes wrong for this client must not be lost with its task, nor harm another one. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable bug) {
            output.broken(bug);
        }
    }

    private void refuse(Optional<JsonNode> id, QmpException error) {
        output.write(QmpJson.error(id, error.errorClass(), Worded.of(error)));
    }

    /** Brings a reply back to the session's loop, so that replies and events keep their order. */
    private final class SessionReply implements Reply {
        private final Optional<JsonNode> id;
        private final boolean inBand;
        private final AtomicBoolean replied = new AtomicBoolean();

        private SessionReply(Optional<JsonNode> id, boolean inBand) {
            this.id = id;
            this.inBand = inBand;
        }

        @Override
        public void success(JsonNode value) {
            reply(() -> output.write(QmpJson.success(id, value)));
        }

        @Override
        public void failure(QmpException error) {
            reply(() -> refuse(id, error));
        }

        @Override
        public MonitorClient client() {
            return client;
        }

        private void reply(Runnable write) {
            if (!replied.compareAndSet(false, true)) {
                LOG.warn("A command got two replies; the second one is dropped");
                return;
            }
            try {
                loop.execute(() -> guarded(() -> finish(write)));
            } catch (RejectedExecutionException e) {
                LOG.debug("A reply came after the monitor was closed");
            }
        }

        private void finish(Runnable write) {
            busy &= !inBand;
            outOfBandAtWork -= inBand ? 0 : 1;
            if (!closed) {
                write.run();
                advance();
            }
        }
    }
}
