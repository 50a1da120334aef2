package io.vmferry.tools.faults;

import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.status.Side;
import io.vmferry.tools.commandline.ToolLine;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scripts/faults}: lists what can go wrong on demand, or says whether a fault can be. */
@Command(
        name = "faults",
        sortOptions = false,
        description = {
            "Lists the places and actions of fault plans, or checks faults without running anything."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:listed, or every fault can be",
            "2:a fault, or the command line, is wrong"
        })
public final class FaultsProgram implements Callable<Integer> {

    private static final int WRONG = 2;

    @Option(names = "--list", description = "List places and actions (the default).")
    private boolean list;

    @Option(
            names = "--at",
            paramLabel = "source|destination",
            description = "At which node the faults that are checked are to happen.")
    private @Nullable String side;

    @Parameters(paramLabel = "WHERE:WHAT", description = "Faults to check, as --fault takes them.")
    private List<String> faults = List.of();

    @Mixin
    @SuppressWarnings({"unused", "NullAway.Init"}) // picocli sets and reads it
    private ToolLine.Help help;

    private final PrintStream out;
    private final PrintStream err;

    FaultsProgram(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        System.exit(
                ToolLine.of(new FaultsProgram(System.out, System.err), System.err).execute(args));
    }

    @Override
    public Integer call() {
        if (list || faults.isEmpty()) {
            out.println(FaultList.text());
            return 0;
        }
        if (side == null || !List.of("source", "destination").contains(side)) {
            err.println("--at source or --at destination says at which node they are to happen");
            return WRONG;
        }
        try {
            FaultPlan.parse(side.equals("source") ? Side.SOURCE : Side.DESTINATION, faults);
            return 0;
        } catch (IllegalArgumentException e) {
            ToolLine.complain(err, Worded.of(e));
            return WRONG;
        }
    }
}
