package io.vmferry.lab.clients;

import io.vmferry.machine.commandline.StandardOptions;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.tools.commandline.SignalSentence;
import io.vmferry.tools.commandline.ToolLine;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code scripts/clients}: what a program that migrates QEMUs does to their guests. */
@Command(
        name = "clients",
        sortOptions = false,
        customSynopsis = {"[OPTION]... COMMAND", "box [NAME]... [OPTION]..."},
        description = {
            "Lets a program that migrates by QMP meet what a healthy migration never shows, and says"
                    + " what became of the guest and whether the program knows."
        },
        footer = {
            "{vmferry} clients box [NAME...] [OPTION...] is run for clients that are fetched from Debian"
                    + " and npm: ganeti, qemu-qmp, npm-qemu-qmp, go-qemu, govmm, incus,"
                    + " proxmox-rules and, only when named, go-qemu-tests; box --fetch [NAME...]"
                    + " only fetches them.",
            "",
            "Examples:",
            "  {vmferry} clients list",
            "  {vmferry} clients run --situation healthy -- ./client",
            "  {vmferry} clients box ganeti --situation postcopy-paused"
        },
        subcommands = RunCommand.class)
public final class ClientsProgram implements Callable<Integer> {

    static final int WRONG = 2;

    /** The width of the names of situations. */
    private static final int NAMES = 35;

    @Mixin
    @SuppressWarnings({"unused", "NullAway.Init"}) // picocli sets and reads it
    private StandardOptions standard;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;

    /** How far a run is when a signal ends it. */
    private volatile Supplier<String> reached = () -> "";

    ClientsProgram(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        ClientsProgram program = new ClientsProgram(System.out, System.err);
        int code;
        try (var _ = SignalSentence.watch(program.err, () -> program.reached.get())) {
            code = commandLine(program).execute(args);
        }
        System.exit(code);
    }

    static CommandLine commandLine(PrintStream out, PrintStream err) {
        return commandLine(new ClientsProgram(out, err));
    }

    private static CommandLine commandLine(ClientsProgram program) {
        return ToolLine.of(program, program.err);
    }

    @Override
    public Integer call() {
        err.println(WrongLine.of("clients needs a command: run, list or box", spec));
        return WRONG;
    }

    @Command(
            name = "list",
            description = "Shows the situations.",
            footer = {"Examples:", "  {vmferry} clients list"})
    @SuppressWarnings("unused") // picocli calls it
    int list(@Mixin StandardOptions standardOfList) {
        for (Situation situation : Situations.all()) {
            String since = situation.first().map(p -> " (from " + p.text() + ")").orElse("");
            String real = situation.link().isPresent() ? " (also with real QEMUs)" : "";
            ToolLine.printRow(
                    out,
                    "%-34s %s%s%s".formatted(situation.name(), situation.meaning(), since, real),
                    NAMES);
        }
        return 0;
    }

    PrintStream out() {
        return out;
    }

    /** Sets what is said of how far a run is when a signal ends it. */
    void reached(Supplier<String> sentence) {
        reached = sentence;
    }

    PrintStream err() {
        return err;
    }
}
