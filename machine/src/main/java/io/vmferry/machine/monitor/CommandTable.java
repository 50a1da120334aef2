package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import io.vmferry.protocol.qmp.QmpJson;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.EventTypes;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import io.vmferry.protocol.schema.GuestTypes;
import io.vmferry.protocol.schema.SchemaIntrospection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The commands of a monitor. Those that are about the monitor itself are always there: {@code
 * qmp_capabilities}, {@code query-version}, {@code query-commands}, {@code query-events} and {@code
 * query-qmp-schema}.
 */
public final class CommandTable {

    /** The command that ends the negotiation; the session itself replies to it. */
    static final String NEGOTIATION = "qmp_capabilities";

    private static final QapiType.Member ENABLE =
            QapiType.optional(
                    "enable", new QapiType.ListOf(new QapiType.Enumeration(List.of("oob"))));

    /** One command: its schema and its handler. */
    public record CommandEntry(CommandSpec spec, QmpCommand command) {

        /** The name on the monitor. */
        public String name() {
            return spec.name();
        }

        /** The type that arguments are held against. */
        public QapiType.Members arguments() {
            return spec.arguments();
        }

        /** Whether it accepts {@code exec-oob}. */
        public boolean outOfBand() {
            return spec.outOfBand();
        }
    }

    private final Profile profile;
    private final Map<String, CommandEntry> entries;
    private final List<EventSpec> events;

    private CommandTable(
            Profile profile, Map<String, CommandEntry> entries, List<EventSpec> events) {
        this.profile = profile;
        this.entries = entries;
        this.events = List.copyOf(events);
    }

    /** A table that has only what every monitor has. */
    public static Builder builder(Profile profile) {
        return builder(profile, EventTypes.all(profile));
    }

    /** The same for a process that has other events than a node. */
    public static Builder builder(Profile profile, List<EventSpec> events) {
        return new Builder(profile, events);
    }

    /** All commands, in the order they were added. */
    public Collection<CommandEntry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** The profile the commands are of. */
    public Profile profile() {
        return profile;
    }

    CommandEntry find(String name) throws QmpException {
        CommandEntry entry = entries.get(name);
        if (entry == null) {
            throw new QmpException(
                    QmpErrorClass.COMMAND_NOT_FOUND,
                    "The command %s has not been found".formatted(name));
        }
        return entry;
    }

    /** Collects commands. */
    public static final class Builder {

        private final Profile profile;
        private final Map<String, CommandEntry> entries = new LinkedHashMap<>();
        private final List<EventSpec> events;

        private Builder(Profile profile, List<EventSpec> events) {
            this.profile = profile;
            this.events = new ArrayList<>(events);
            query(
                    "query-version",
                    GuestTypes.VERSION,
                    () -> QmpJson.version(profile.qemuVersion()));
        }

        /** Adds a command. */
        public Builder add(CommandSpec spec, QmpCommand command) {
            if (entries.putIfAbsent(spec.name(), new CommandEntry(spec, command)) != null) {
                throw new IllegalArgumentException("Two commands named " + spec.name());
            }
            return this;
        }

        /** Adds a command that takes nothing and returns nothing. */
        public Builder add(String name, QmpCommand command) {
            return add(CommandSpec.of(name), command);
        }

        /** Adds a command that returns nothing. */
        public Builder add(String name, QapiType.Struct arguments, QmpCommand command) {
            return add(CommandSpec.of(name).takes(arguments), command);
        }

        /** Adds a command that takes nothing and shows something. */
        public Builder query(String name, QapiType returned, Supplier<JsonNode> shown) {
            return add(CommandSpec.of(name).returns(returned), showing(shown));
        }

        /** Adds a command that may overtake others when the client negotiated {@code oob}. */
        public Builder addOutOfBand(String name, QapiType.Struct arguments, QmpCommand command) {
            return add(CommandSpec.of(name).takes(arguments).allowOutOfBand(), command);
        }

        /** Adds an event that no QEMU has. */
        public Builder event(EventSpec spec) {
            events.add(spec);
            return this;
        }

        /** A command that has been added. */
        public Optional<CommandEntry> find(String name) {
            return Optional.ofNullable(entries.get(name));
        }

        /** The table, with what every monitor has added to it. */
        public CommandTable build() {
            Map<String, CommandEntry> all = new LinkedHashMap<>(entries);
            CommandTable table = new CommandTable(profile, all, events);
            for (CommandEntry entry : table.ofEveryMonitor()) {
                if (all.putIfAbsent(entry.name(), entry) != null) {
                    throw new IllegalArgumentException("Every monitor has its own " + entry.name());
                }
            }
            return table;
        }
    }

    private List<CommandEntry> ofEveryMonitor() {
        return List.of(
                new CommandEntry(
                        CommandSpec.of(NEGOTIATION).takes(ENABLE),
                        (arguments, reply) -> {
                            throw new IllegalStateException(
                                    "The session replies to " + NEGOTIATION);
                        }),
                new CommandEntry(
                        CommandSpec.of("query-commands").returns(GuestTypes.NAMES),
                        showing(() -> names(entries.values().stream().map(CommandEntry::name)))),
                // QEMU lost it in 6.0; it costs nothing and old clients still ask.
                new CommandEntry(
                        CommandSpec.of("query-events").returns(GuestTypes.NAMES),
                        showing(() -> names(events.stream().map(EventSpec::name)))),
                new CommandEntry(
                        CommandSpec.of("query-qmp-schema")
                                .returns(SchemaIntrospection.returnType()),
                        showing(this::schema)));
    }

    private static QmpCommand showing(Supplier<JsonNode> shown) {
        return (arguments, reply) -> reply.success(shown.get());
    }

    private ArrayNode schema() {
        return SchemaIntrospection.of(
                entries.values().stream().map(CommandEntry::spec).toList(), events);
    }

    private static ArrayNode names(Stream<String> names) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        names.forEach(name -> list.addObject().put("name", name));
        return list;
    }

    /** The handler of a command, which runs on the monitor's executor, one at a time per client. */
    @FunctionalInterface
    public interface QmpCommand {

        /**
         * Executes the command and replies exactly once, now or later.
         *
         * @param arguments already checked against the declared type
         * @throws QmpException instead of a reply
         */
        void execute(ObjectNode arguments, Reply reply) throws QmpException;
    }

    /**
     * The reply to one command. It may be given from any thread; only the first one counts, and it
     * is dropped once the client is gone.
     */
    public interface Reply {

        /** Replies with a value, which must not be changed any more. */
        void success(JsonNode value);

        /** Replies with an error. */
        void failure(QmpException error);

        /** The client that gets the reply, for what follows it. */
        default MonitorClient client() {
            return MonitorClient.NONE;
        }

        /** Replies with the empty object, as commands do that have nothing to return. */
        default void success() {
            success(JsonNodeFactory.instance.objectNode());
        }
    }
}
