package io.vmferry.machine.hmp;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.Builtin;
import io.vmferry.protocol.schema.CommandSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code human-monitor-command}: finds the HMP command of a line, runs it and prints. */
public final class HumanMonitor {

    private final UnderlyingQmp qmp;
    private final boolean hasVcpus;
    private final List<HmpCommand> commands = new ArrayList<>();
    private final List<HmpCommand> infos;

    /**
     * @param qmp finds the QMP commands that the HMP commands stand for
     * @param access to memory that may not have arrived yet
     */
    public HumanMonitor(
            Profile profile,
            GuestRam ram,
            MemoryAccess access,
            Function<String, Optional<CommandTable.CommandEntry>> qmp) {
        this.qmp = new UnderlyingQmp(qmp);
        this.hasVcpus = access.vcpuCount() > 0;
        this.infos = new InfoHmp(profile, this.qmp).commands();
        MemoryDump memory = new MemoryDump(ram, access, profile);
        commands.add(new HmpCommand("help|?", "[cmd]", "show the help", this::help));
        commands.add(
                new HmpCommand(
                        "info",
                        "[subcommand]",
                        "show various information about the system state",
                        this::info));
        commands.add(this.qmp.plain("stop|s", "stop", "stop emulation"));
        commands.add(this.qmp.plain("cont|c", "cont", "resume emulation"));
        commands.add(this.qmp.plain("quit|q", "quit", "quit the emulator"));
        commands.addAll(new DescriptorHmp(this.qmp).commands());
        commands.addAll(new ObjectHmp(profile, this.qmp).commands());
        commands.addAll(new MigrationHmp(profile, this.qmp).commands());
        commands.add(
                new HmpCommand(
                        "xp",
                        "/fmt addr",
                        "physical memory dump starting at 'addr'",
                        memory::print));
    }

    /** Adds the QMP command. */
    public void addTo(CommandTable.Builder table) {
        table.add(
                CommandSpec.of("human-monitor-command")
                        .takes(
                                required("command-line", Builtin.STR),
                                optional("cpu-index", Builtin.INT))
                        .returns(Builtin.STR)
                        .feature("savevm-monitor-nodes"),
                this::execute);
    }

    private void execute(ObjectNode arguments, Reply reply) throws QmpException {
        if (arguments.has("cpu-index") && !(hasVcpus && arguments.get("cpu-index").asLong() == 0)) {
            throw QmpException.generic("Parameter 'cpu-index' expects a CPU number");
        }
        HmpLine line = new HmpLine(arguments.get("command-line").textValue());
        Consumer<String> print =
                text ->
                        reply.success(
                                JsonNodeFactory.instance.textNode(text.replace("\n", "\r\n")));
        if (line.atEnd()) {
            print.accept("");
        } else {
            run(commands, "", line, print);
        }
    }

    private void run(List<HmpCommand> among, String prefix, HmpLine line, Consumer<String> print) {
        String name = prefix + line.name();
        Optional<HmpCommand> command = find(among, name);
        String called = line.readSoFar();
        if (command.isEmpty()) {
            print.accept("unknown command: '%s'\n".formatted(name));
            return;
        }
        try {
            command.get().handler().run(line, print);
        } catch (HmpSyntaxException e) {
            print.accept(
                    "%s\nTry \"help %s\" for more information\n".formatted(e.getMessage(), called));
        }
    }

    private static Optional<HmpCommand> find(List<HmpCommand> among, String name) {
        return among.stream().filter(c -> c.isCalled(name)).findFirst();
    }

    // ---- the commands

    private void help(HmpLine line, Consumer<String> print) {
        line.skipSpace();
        if (line.atEnd()) {
            print.accept(usages(commands));
            return;
        }
        String name = line.name();
        line.skipSpace();
        boolean info = name.equals("info");
        List<HmpCommand> among = info ? infos : commands;
        if (info && line.atEnd()) {
            print.accept(usages(infos));
            return;
        }
        String wanted = info ? "info " + line.name() : name;
        print.accept(
                find(among, wanted)
                        .map(HmpCommand::usage)
                        .orElse("unknown command: '%s'\n".formatted(wanted)));
    }

    private static String usages(List<HmpCommand> commands) {
        StringBuilder text = new StringBuilder();
        commands.forEach(command -> text.append(command.usage()));
        return text.toString();
    }

    private void info(HmpLine line, Consumer<String> print) {
        line.skipSpace();
        if (line.atEnd()) {
            print.accept(usages(infos));
        } else {
            run(infos, "info ", line, print);
        }
    }

    /**
     * One HMP command: name, help text and handler.
     *
     * @param name all names, with bars between them
     */
    record HmpCommand(String name, String parameters, String help, HmpHandler handler) {

        /** Reads the rest of a line, then prints once. */
        @FunctionalInterface
        interface HmpHandler {
            void run(HmpLine line, Consumer<String> print) throws HmpSyntaxException;
        }

        boolean isCalled(String word) {
            return List.of(name.split("\\|")).contains(word);
        }

        String usage() {
            return "%s %s -- %s\n".formatted(name, parameters, help);
        }
    }
}
