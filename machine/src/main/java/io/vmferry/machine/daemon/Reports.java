package io.vmferry.machine.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.daemon.NodeSpec.ResultFormat;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.verdict.Verdict;
import io.vmferry.machine.verdict.VerdictCommand;
import io.vmferry.machine.verdict.VerdictJson;
import io.vmferry.machine.verdict.VerdictReadings;
import io.vmferry.machine.verdict.VerdictText;
import io.vmferry.protocol.profile.Deviation;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reports what a policy decides: on stdout as text or JSON, by an event, by the monitor's command,
 * the metrics and the exit code. Confined to the engine's loop.
 */
public final class Reports {

    private final Node node;
    private final Screen screen;
    private final Supplier<ProcessDecision> pending;
    private Optional<ProcessDecision> reached = Optional.empty();

    /**
     * Nothing is reported yet.
     *
     * @param pending what holds while no migration has ended or paused
     */
    public Reports(Node node, Screen screen, Supplier<ProcessDecision> pending) {
        this.node = node;
        this.screen = screen;
        this.pending = pending;
        node.mainThread().whenQuit(this::quitCode);
    }

    /** Adds the command and the event, unless the node behaves as QEMU. */
    public void addTo(CommandTable.Builder table) {
        if (ownCommands()) {
            new VerdictCommand(node.options().profile(), this::current).addTo(table);
        }
    }

    /** Sets the metrics. */
    public void read(Readings readings) {
        VerdictReadings.read(current(), readings);
    }

    /** The verdict as it is now. */
    public Verdict current() {
        return now().verdict().now(node.guest().run().state(), node.guest().lease().shared());
    }

    private ProcessDecision now() {
        return reached.orElseGet(pending).contradicted(node.faults());
    }

    /** Forgets the verdict, because the migration goes on or another one begins. */
    public void forget() {
        reached = Optional.empty();
    }

    /**
     * What the log says of why a migration has failed or paused: nothing where a result that says
     * it follows in the same place.
     */
    public Optional<String> logged(Optional<String> reason) {
        boolean text = format() == ResultFormat.TEXT && node.spec().logFormat() == LogFormat.TEXT;
        return text && screen.together() ? Optional.empty() : reason;
    }

    /** Says where a source can connect. */
    public void listening(MigrationAddress address) {
        print(
                "listening on " + address,
                () -> json("listening").put("address", address.toString()));
    }

    /**
     * Reports a decision with what vCPUs have found.
     *
     * @return what was reported; ending the process as it says is left to the caller
     */
    public ProcessDecision report(ProcessDecision made) {
        ProcessDecision decision = made.contradicted(node.faults());
        Verdict verdict = decision.verdict();
        reached = Optional.of(decision);
        if (ownCommands()) {
            node.events().emit(VerdictCommand.event(verdict));
        }
        if (decision.complaint().isPresent()) {
            node.complain(screen, decision.complaint().get());
        }
        if (decision.complaint().isEmpty() || format() == ResultFormat.JSON) {
            print(
                    VerdictText.of(verdict, decision.details()),
                    () -> json("verdict").setAll(VerdictJson.of(verdict)));
        }
        return decision;
    }

    /**
     * How the process ends when it is told to quit: as its last migration has, if that failed, and
     * as a loss while a postcopy needs it. A QEMU that is told to quit ends with 0.
     */
    public ExitCode quitCode() {
        return node.options().follows(Deviation.EXIT_CODES) ? ExitCode.OK : now().code();
    }

    private boolean ownCommands() {
        return !node.options().follows(Deviation.OWN_COMMANDS);
    }

    private ResultFormat format() {
        return node.spec().resultFormat();
    }

    private static ObjectNode json(String what) {
        return JsonNodeFactory.instance.objectNode().put("result", what);
    }

    private void print(String text, Supplier<ObjectNode> json) {
        switch (format()) {
            case TEXT -> node.mainThread().execute(() -> screen.printText(text));
            case JSON -> {
                String line = json.get().toString();
                node.mainThread().execute(() -> screen.print(line));
            }
        }
    }
}
