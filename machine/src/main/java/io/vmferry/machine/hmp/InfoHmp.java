package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;
import io.vmferry.machine.hmp.HumanMonitor.HmpCommand;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The topics of HMP's {@code info}. */
record InfoHmp(Profile profile, UnderlyingQmp qmp) {

    List<HmpCommand> commands() {
        return List.of(
                new HmpCommand(
                        "info migrate",
                        profile.has(Trait.INFO_MIGRATE_GROUPED) ? "[-a]" : "",
                        "show migration status"
                                + (profile.has(Trait.INFO_MIGRATE_GROUPED)
                                        ? " (-a: all, dump all status)"
                                        : ""),
                        this::migrate),
                plain(
                        "migrate_capabilities",
                        "show current migration capabilities",
                        "query-migrate-capabilities",
                        InfoHmp::capabilities),
                plain(
                        "migrate_parameters",
                        "show current migration parameters",
                        "query-migrate-parameters",
                        parameters -> ParameterText.of(profile, parameters)),
                plain(
                        "name",
                        "show the current VM name",
                        "query-name",
                        name -> name.has("name") ? name.path("name").asText() + "\n" : ""),
                plain(
                        "status",
                        "show the current VM status (running|paused)",
                        "query-status",
                        InfoHmp::status),
                plain(
                        "uuid",
                        "show the current VM UUID",
                        "query-uuid",
                        uuid -> uuid.path("UUID").asText() + "\n"),
                plain("version", "show the version of QEMU", "query-version", InfoHmp::version));
    }

    private HmpCommand plain(
            String name, String help, String command, Function<JsonNode, String> text) {
        return new HmpCommand(
                "info " + name,
                "",
                help,
                (line, print) -> {
                    line.end(name);
                    qmp.ask(command, UnderlyingQmp.noArguments(), print, text);
                });
    }

    private void migrate(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        boolean all = profile.has(Trait.INFO_MIGRATE_GROUPED) && line.option("migrate", 'a', "");
        line.end("migrate");
        qmp.ask(
                "query-migrate",
                UnderlyingQmp.noArguments(),
                print,
                info -> InfoMigrateText.of(profile, info, all));
    }

    private static String capabilities(JsonNode list) {
        StringBuilder text = new StringBuilder();
        list.forEach(one ->
                text.append(one.path("capability").asText())
                        .append(one.path("state").asBoolean() ? ": on\n" : ": off\n"));
        return text.toString();
    }

    private static String status(JsonNode state) {
        String name = state.path("status").asText();
        return switch (name) {
            case "running" -> "VM status: running\n";
            case "paused" -> "VM status: paused\n";
            default -> "VM status: paused (%s)\n".formatted(name);
        };
    }

    private static String version(JsonNode version) {
        JsonNode qemu = version.path("qemu");
        return "%d.%d.%d%s\n"
                .formatted(
                        qemu.path("major").asInt(),
                        qemu.path("minor").asInt(),
                        qemu.path("micro").asInt(),
                        version.path("package").asText());
    }
}
