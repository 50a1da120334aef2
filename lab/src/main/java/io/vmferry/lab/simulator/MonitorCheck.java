package io.vmferry.lab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Checks the monitors of a pair at rest: after every fault each living process replies and reports
 * the status of its migration.
 */
final class MonitorCheck {

    private static final long REPLY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final SimulatedPair pair;
    private final List<String> transcript = new ArrayList<>();
    private int lastId;

    private MonitorCheck(SimulatedPair pair) {
        this.pair = pair;
    }

    /**
     * Checks both monitors.
     *
     * @throws AssertionError when one does not reply, or replies wrongly
     */
    static void run(SimulatedPair pair, SimulatedPair.Destination destination) {
        MonitorCheck check = new MonitorCheck(pair);
        check.ask(pair.source, DaemonCommands.of(pair), pair.outgoing.status());
        CommandTable table = DaemonCommands.of(pair, destination, MonitorCheck::listenAgain);
        check.ask(destination.side, table, destination.engine.status());
    }

    private static void listenAgain(
            MigrationAddress address,
            boolean exitOnError,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed) {
        failed.accept(QmpException.generic("Not used in this simulation"));
    }

    private void ask(SimulatedSide side, CommandTable table, MigrationStatus status) {
        if (!side.host.alive() || side.ending()) {
            return;
        }
        SimulatedMonitor monitor = new SimulatedMonitor(side, table, transcript);
        reply(monitor, "qmp_capabilities");
        String run = reply(monitor, "query-status").path("status").asText();
        require(run.equals(side.hosted.guest().run().state().text()), run);
        String told = reply(monitor, "query-migrate").path("status").asText("none");
        require(told.equals(status.text()), told);
    }

    private JsonNode reply(SimulatedMonitor monitor, String command) {
        monitor.ask(RandomCommand.plain(++lastId, command), 0);
        boolean replied = pair.time.runUntil(monitor::idle, pair.time.nowNanos() + REPLY_NANOS);
        require(replied, "no reply to " + command);
        require(monitor.lastReply().has("return"), command + " is refused");
        return monitor.lastReply().get("return");
    }

    private void require(boolean holds, String otherwise) {
        Invariant.TRUTH.require(
                holds, "A monitor's reply is wrong: %s: %s".formatted(otherwise, transcript));
    }
}
