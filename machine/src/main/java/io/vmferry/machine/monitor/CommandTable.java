package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpErrorClass;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.qmp.QmpJson;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of a monitor. {@code qmp_capabilities}, {@code query-commands} and {@code
 * query-version} are always there.
 */
public final class CommandTable {

    /** The command that ends the negotiation; the session itself answers it. */
    static final String NEGOTIATION = "qmp_capabilities";

    private static final QapiType.Struct NO_ARGUMENTS = QapiType.struct();

    private static final QapiType.Struct NEGOTIATION_ARGUMENTS =
            QapiType.struct(
                    QapiType.optional(
                            "enable",
                            new QapiType.ListOf(new QapiType.Enumeration(List.of("oob")))));

    /**
     * One command.
     *
     * @param outOfBand whether it may be asked with {@code exec-oob}
     */
    public record Entry(
            String name, QapiType.Struct arguments, boolean outOfBand, QmpCommand command) {}

    private final Profile profile;
    private final Map<String, Entry> entries;

    private CommandTable(Profile profile, Map<String, Entry> entries) {
        this.profile = profile;
        this.entries = entries;
    }

    /** A table that has only what every monitor has. */
    public static Builder builder(Profile profile) {
        return new Builder(profile);
    }

    /** All commands, in the order they were added. */
    public Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** The profile the commands are of. */
    public Profile profile() {
        return profile;
    }

    Entry find(String name) throws QmpException {
        Entry entry = entries.get(name);
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
        private final Map<String, Entry> entries = new LinkedHashMap<>();

        private Builder(Profile profile) {
            this.profile = profile;
        }

        /** Adds a command without arguments. */
        public Builder add(String name, QmpCommand command) {
            return add(name, NO_ARGUMENTS, command);
        }

        /** Adds a command. */
        public Builder add(String name, QapiType.Struct arguments, QmpCommand command) {
            return add(new Entry(name, arguments, false, command));
        }

        /** Adds a command that may overtake others when the client negotiated {@code oob}. */
        public Builder addOutOfBand(String name, QapiType.Struct arguments, QmpCommand command) {
            return add(new Entry(name, arguments, true, command));
        }

        private Builder add(Entry entry) {
            if (entries.putIfAbsent(entry.name(), entry) != null) {
                throw new IllegalArgumentException("Two commands named " + entry.name());
            }
            return this;
        }

        /** The table, with what every monitor has added to it. */
        public CommandTable build() {
            Map<String, Entry> all = new LinkedHashMap<>(entries);
            CommandTable table = new CommandTable(profile, all);
            QmpCommand negotiated =
                    (arguments, reply) -> {
                        throw new IllegalStateException("The session answers " + NEGOTIATION);
                    };
            for (Entry entry :
                    List.of(
                            new Entry(NEGOTIATION, NEGOTIATION_ARGUMENTS, false, negotiated),
                            new Entry(
                                    "query-version",
                                    NO_ARGUMENTS,
                                    false,
                                    (arguments, reply) ->
                                            reply.success(QmpJson.version(profile.qemuVersion()))),
                            new Entry(
                                    "query-commands",
                                    NO_ARGUMENTS,
                                    false,
                                    (arguments, reply) -> reply.success(table.names())))) {
                if (all.putIfAbsent(entry.name(), entry) != null) {
                    throw new IllegalArgumentException("Every monitor has its own " + entry.name());
                }
            }
            return table;
        }
    }

    private ArrayNode names() {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        entries.keySet().forEach(name -> names.addObject().put("name", name));
        return names;
    }
}
