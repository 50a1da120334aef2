package io.vmferry.tools.faults;

import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.Side;
import io.vmferry.tools.commandline.ToolProgram;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scripts/faults}: lists what can go wrong on demand, or says whether a fault can be. */
@Command(
        name = "faults",
        sortOptions = false,
        description = {
            "Lists the places and actions of fault plans, or checks faults without running anything."
        },
        footer = {
            "Examples:",
            "  {vmferry} faults",
            "  {vmferry} faults --at source 'package-sent+5ms:stall(main,2s)'"
        },
        exitCodeList = {
            "0:listed, or every fault can be",
            "2:a fault, or the command line, is wrong"
        })
public final class FaultsProgram extends ToolProgram {

    @Option(names = "--list", description = "List places and actions (the default).")
    private boolean list;

    @Option(
            names = "--at",
            paramLabel = "source|destination",
            description = "At which node the faults that are checked are to happen.")
    private @Nullable String side;

    @Parameters(paramLabel = "WHERE:WHAT", description = "Faults to check, as --fault takes them.")
    private List<String> faults = List.of();

    FaultsProgram(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        main(new FaultsProgram(System.out, System.err), args);
    }

    @Override
    protected int run() {
        Optional<Side> at =
                Optional.ofNullable(side).map(text -> Named.require(Side.class, "--at", text));
        if (list) {
            refuseBeside("--list");
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException("--list takes no fault");
            }
        }
        if (faults.isEmpty()) {
            if (at.isPresent()) {
                throw new IllegalArgumentException(
                        "--at is for faults that are checked: expected WHERE:WHAT after it");
            }
            out.println(FaultList.text(Screen.columnsOf(out)));
            return 0;
        }
        FaultPlan.parse(
                at.orElseThrow(() ->
                        new IllegalArgumentException(
                                "A fault is checked for one node: expected --at source or --at"
                                        + " destination")),
                faults);
        return 0;
    }
}
