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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * {@code query-migrationthreads}: the threads of an outgoing migration under QEMU's names. All of
 * them are the engine's loop here, which also writes the multifd channels.
 *
 * @param working whether an outgoing migration is in progress
 * @param multifd how many multifd channels it has
 */
public record ThreadCommand(Profile profile, BooleanSupplier working, IntSupplier multifd) {

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
        OptionalLong id = threadId();
        if (working.getAsBoolean() && id.isPresent()) {
            for (String name : names()) {
                threads.addObject().put("name", name).put("thread-id", id.getAsLong());
            }
        }
        return threads;
    }

    /** The thread that was started last comes first, as in QEMU. */
    private List<String> names() {
        boolean bySide = profile.has(Trait.THREADS_NAMED_BY_SIDE);
        List<String> names = new ArrayList<>();
        for (int channel = multifd.getAsInt() - 1; channel >= 0; channel--) {
            names.add((bySide ? "mig/src/send_" : "multifdsend_") + channel);
        }
        names.add(bySide ? names.size() : 0, bySide ? "mig/src/main" : "live_migration");
        return names;
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
