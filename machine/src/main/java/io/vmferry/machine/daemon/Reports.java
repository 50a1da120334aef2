package io.vmferry.machine.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * the metrics and the exit code. Confined to the engine's loop, but for {@link #quitCode}.
 */
public final class Reports {

    private final Node node;
    private final Screen screen;
    private final Supplier<Verdict> pending;
    private Optional<ProcessDecision> reached = Optional.empty();
    private volatile ExitCode codeOfQuit = ExitCode.OK;

    /**
     * Nothing is reported yet.
     *
     * @param pending the verdict while no migration has ended or paused
     */
    public Reports(Node node, Screen screen, Supplier<Verdict> pending) {
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
        return reached.map(ProcessDecision::verdict)
                .orElseGet(pending)
                .contradicted(node.faults());
    }

    /** Forgets the verdict, because the migration goes on or another one begins. */
    public void forget() {
        reached = Optional.empty();
        codeOfQuit = ExitCode.OK;
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
        codeOfQuit = decision.code();
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
     * How the process ends when it is told to quit: as its last migration has, if that failed. A
     * QEMU that is told to quit ends with 0.
     */
    public ExitCode quitCode() {
        if (node.options().follows(Deviation.EXIT_CODES)) {
            return ExitCode.OK;
        }
        return codeOfQuit == ExitCode.OK && node.faults() > 0 ? ExitCode.GUEST_DAMAGED : codeOfQuit;
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
