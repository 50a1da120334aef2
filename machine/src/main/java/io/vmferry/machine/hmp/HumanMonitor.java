package io.vmferry.machine.hmp;

import static io.vmferry.protocol.qmp.QapiType.optional;
import static io.vmferry.protocol.qmp.QapiType.required;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.Reply;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.Builtin;
import io.vmferry.protocol.schema.CommandSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code human-monitor-command}: finds the HMP command of a line, runs it and prints. */
public final class HumanMonitor {

    /** One HMP command: how it is called, what it is for, and what it does. */
    private record HmpCommand(String name, String parameters, String help, Handler handler) {
        String usage() {
            return "%s %s -- %s\n".formatted(name, parameters, help);
        }
    }

    /** Reads the rest of a line, then prints once. */
    private interface Handler {
        void run(HmpLine line, Consumer<String> print) throws HmpSyntaxException;
    }

    private final Profile profile;
    private final Function<String, Optional<CommandTable.Entry>> qmp;
    private final boolean hasVcpus;
    private final List<HmpCommand> commands;
    private final List<HmpCommand> infos;

    /**
     * @param qmp finds the QMP commands that the human ones ask
     * @param access to memory that may not have arrived yet
     */
    public HumanMonitor(
            Profile profile,
            GuestRam ram,
            MemoryAccess access,
            Function<String, Optional<CommandTable.Entry>> qmp) {
        this.profile = profile;
        this.qmp = qmp;
        this.hasVcpus = access.vcpuCount() > 0;
        MemoryDump memory = new MemoryDump(ram, access, profile);
        this.infos =
                List.of(
                        new HmpCommand(
                                "info migrate",
                                profile.groupsMigrateInfo() ? "[-a]" : "",
                                "show migration status"
                                        + (profile.groupsMigrateInfo()
                                                ? " (-a: all, dump all status)"
                                                : ""),
                                this::infoMigrate),
                        new HmpCommand(
                                "info status",
                                "",
                                "show the current VM status (running|paused)",
                                this::infoStatus));
        this.commands =
                List.of(
                        new HmpCommand("help|?", "[cmd]", "show the help", this::help),
                        new HmpCommand(
                                "info",
                                "[subcommand]",
                                "show various information about the system state",
                                this::info),
                        new HmpCommand("migrate", migrateOptions(), migrateHelp(), this::migrate),
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
        return among.stream()
                .filter(c -> List.of(c.name().split("\\|")).contains(name))
                .findFirst();
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

    private void infoStatus(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        line.end("status");
        ask(
                "query-status",
                noArguments(),
                print,
                state -> {
                    String name = state.path("status").asText();
                    return switch (name) {
                        case "running" -> "VM status: running\n";
                        case "paused" -> "VM status: paused\n";
                        default -> "VM status: paused (%s)\n".formatted(name);
                    };
                });
    }

    private void infoMigrate(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        boolean all = profile.groupsMigrateInfo() && line.option("migrate", 'a', "");
        line.end("migrate");
        ask("query-migrate", noArguments(), print, info -> MigrationText.of(profile, info, all));
    }

    private void migrate(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        boolean blocks = profile.hasBlockSection();
        ObjectNode arguments = noArguments();
        boolean detach = line.option("migrate", 'd', blocks ? "bir" : "r");
        if (blocks) {
            arguments.put("blk", line.option("migrate", 'b', "ir"));
            arguments.put("inc", line.option("migrate", 'i', "r"));
        }
        arguments.put("resume", line.option("migrate", 'r', ""));
        arguments.put("uri", line.word("migrate"));
        line.end("migrate");
        boolean tells = !detach && profile.tellsThatMigrateDetaches();
        ask(
                "migrate",
                arguments,
                print,
                nothing ->
                        tells
                                ? "terminal does not allow synchronous migration, continuing"
                                        + " detached\n"
                                : "");
    }

    private String migrateOptions() {
        return profile.hasBlockSection() ? "[-d] [-b] [-i] [-r] uri" : "[-d] [-r] uri";
    }

    private static String migrateHelp() {
        return "migrate to URI (using -d to not wait for completion)\n"
                + "\t\t\t -r to resume a paused postcopy migration";
    }

    // ---- the QMP commands behind them

    private static ObjectNode noArguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void ask(
            String command,
            ObjectNode arguments,
            Consumer<String> print,
            Function<JsonNode, String> text) {
        Reply reply =
                new Reply() {
                    @Override
                    public void success(JsonNode value) {
                        print.accept(text.apply(value));
                    }

                    @Override
                    public void failure(QmpException error) {
                        print.accept("Error: %s\n".formatted(error.getMessage()));
                    }
                };
        try {
            qmp.apply(command).orElseThrow().command().execute(arguments, reply);
        } catch (QmpException e) {
            reply.failure(e);
        }
    }
}
