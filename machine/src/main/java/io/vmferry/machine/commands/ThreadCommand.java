package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.link.LoopThread;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.DirtyRateTypes;
import java.util.function.BooleanSupplier;

/**
 * {@code query-migrationthreads}: who works on an outgoing migration. Here that is the engine's
 * loop alone, under the name that QEMU's own migration thread has.
 */
public final class ThreadCommand {

    private final Profile profile;
    private final BooleanSupplier working;

    /**
     * @param working whether an outgoing migration is being worked on
     */
    public ThreadCommand(Profile profile, BooleanSupplier working) {
        this.profile = profile;
        this.working = working;
    }

    /** Adds the command, where the profile has it. */
    public void addTo(CommandTable.Builder table) {
        if (profile.listsMigrationThreads()) {
            CommandSpec spec =
                    CommandSpec.of("query-migrationthreads").returns(DirtyRateTypes.THREADS);
            table.add(
                    profile.deprecatesMigrationThreads() ? spec.feature(QapiType.DEPRECATED) : spec,
                    (arguments, reply) -> reply.success(threads()));
        }
    }

    /** Runs on the engine's loop, like every command. */
    private ArrayNode threads() {
        ArrayNode threads = JsonNodeFactory.instance.arrayNode();
        if (working.getAsBoolean()) {
            LoopThread.id()
                    .ifPresent(id ->
                            threads.addObject()
                                    .put(
                                            "name",
                                            profile.namesMigrationThreadsBySide()
                                                    ? "mig/src/main"
                                                    : "live_migration")
                                    .put("thread-id", id));
        }
        return threads;
    }
}
