package io.vmferry.lab.fuzz;

import io.vmferry.machine.commands.OptionCommands;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.LocalMonitor;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * The session of a monitor's client, with the commands that set and show options. They run after
 * the input, so that what waits for its turn does not depend on the cuts.
 */
final class MonitorTarget implements FuzzTarget {

    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final OptionCommands.ConfiguredMigration IDLE =
            new OptionCommands.ConfiguredMigration() {};

    private static final Capabilities FIRST_CAPABILITIES = Capabilities.none();
    private static final Parameters FIRST_PARAMETERS = Parameters.defaults(Profile.DEFAULT);

    private final MigrationOptions options =
            new MigrationOptions(Profile.DEFAULT, FIRST_CAPABILITIES, FIRST_PARAMETERS);
    private final CommandTable table = table();

    private CommandTable table() {
        CommandTable.Builder builder = CommandTable.builder(Profile.DEFAULT);
        new OptionCommands(options, IDLE).addTo(builder);
        builder.addOutOfBand("now", QapiType.struct(), (arguments, reply) -> reply.success());
        return builder.build();
    }

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        options.capabilities(FIRST_CAPABILITIES);
        options.parameters(FIRST_PARAMETERS);
        Queue<Runnable> tasks = new ArrayDeque<>();
        LocalMonitor monitor =
                new LocalMonitor(table, tasks::add, CLOCK, line -> heard(trace, line));
        int at = 0;
        while (at < input.length) {
            int length = cuts.next(input.length - at);
            monitor.send(Arrays.copyOfRange(input, at, at + length));
            at += length;
        }
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        trace.ended("reading " + monitor.reading());
    }

    private static void heard(Trace trace, String line) {
        if (line.contains("Internal error")) {
            throw new IllegalStateException(line);
        }
        trace.note("line", line);
    }
}
