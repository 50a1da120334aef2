package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.DirtyRateTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * {@code query-migrationthreads}: the threads of an outgoing migration, which is the engine's loop
 * alone, under the name of QEMU's migration thread.
 *
 * @param working whether an outgoing migration is in progress
 */
public record ThreadCommand(Profile profile, BooleanSupplier working) {

    /** Adds the command, where the profile has it. */
    public void addTo(CommandTable.Builder table) {
        if (profile.has(Trait.MIGRATION_THREADS)) {
            CommandSpec spec =
                    CommandSpec.of("query-migrationthreads").returns(DirtyRateTypes.THREADS);
            table.add(
                    profile.has(Trait.MIGRATION_THREADS_DEPRECATED)
                            ? spec.feature(QapiType.DEPRECATED)
                            : spec,
                    (arguments, reply) -> reply.success(threads()));
        }
    }

    /** Runs on the engine's loop, like every command. */
    private ArrayNode threads() {
        ArrayNode threads = JsonNodeFactory.instance.arrayNode();
        if (working.getAsBoolean()) {
            threadId()
                    .ifPresent(id ->
                            threads.addObject()
                                    .put(
                                            "name",
                                            profile.has(Trait.THREADS_NAMED_BY_SIDE)
                                                    ? "mig/src/main"
                                                    : "live_migration")
                                    .put("thread-id", id));
        }
        return threads;
    }

    /** The id of the calling thread, as {@code ps -L} shows it; empty where it is not known. */
    static OptionalLong threadId() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            return OptionalLong.of(Long.parseLong(self.getFileName().toString()));
        } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
            return OptionalLong.empty();
        }
    }
}
