package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;
import io.vmferry.machine.hmp.HumanMonitor.HmpCommand;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.machine.link.MigrationUri;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.function.Consumer;

/** HMP's commands that begin with {@code migrate}. */
record MigrationHmp(Profile profile, UnderlyingQmp qmp) {

    List<HmpCommand> commands() {
        return List.of(
                new HmpCommand("migrate", migrateOptions(), migrateHelp(), this::migrate),
                qmp.plain("migrate_cancel", "migrate_cancel", "cancel the current VM migration"),
                new HmpCommand(
                        "migrate_continue",
                        "state",
                        "Continue migration from the given paused state",
                        this::proceed),
                new HmpCommand(
                        "migrate_incoming",
                        "uri",
                        "Continue an incoming migration from an -incoming defer",
                        this::incoming),
                uri(
                        "migrate_recover",
                        "migrate-recover",
                        "Continue a paused incoming postcopy migration"),
                qmp.plain(
                        "migrate_pause",
                        "migrate-pause",
                        "Pause an ongoing migration (postcopy-only)"),
                new HmpCommand(
                        "migrate_set_capability",
                        "capability state",
                        "Enable/Disable the usage of a capability for migration",
                        this::setCapability),
                new HmpCommand(
                        "migrate_set_parameter",
                        "parameter value",
                        "Set the parameter for migration",
                        this::setParameter),
                qmp.plain(
                        "migrate_start_postcopy",
                        "migrate-start-postcopy",
                        "Followup to a migration command to switch the migration to postcopy mode."
                                + " The postcopy-ram capability must be set on both source and"
                                + " destination before the original migration command ."),
                qmp.plain(
                        "x_colo_lost_heartbeat",
                        "x-colo-lost-heartbeat",
                        "Tell COLO that heartbeat is lost,\n"
                                + "\t\t\ta failover or takeover is needed."));
    }

    private HmpCommand uri(String name, String command, String help) {
        return new HmpCommand(
                name,
                "uri",
                help,
                (line, print) -> {
                    String uri = line.word(name);
                    line.end(name);
                    qmp.order(command, UnderlyingQmp.noArguments().put("uri", uri), print);
                });
    }

    private void incoming(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        String uri = line.word("migrate_incoming");
        line.end("migrate_incoming");
        if (profile.has(Trait.HMP_INCOMING_URI_FIRST)) {
            try {
                MigrationUri.parse(uri, profile, DescriptorNames.INHERITED);
            } catch (AddressException e) {
                print.accept(UnderlyingQmp.error(Worded.of(e)));
                return;
            }
        }
        qmp.order("migrate-incoming", UnderlyingQmp.noArguments().put("uri", uri), print);
    }

    private void migrate(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        boolean blocks = profile.has(Trait.BLOCK_SECTION);
        ObjectNode arguments = UnderlyingQmp.noArguments();
        boolean detach = line.option("migrate", 'd', blocks ? "bir" : "r");
        if (blocks) {
            arguments.put("blk", line.option("migrate", 'b', "ir"));
            arguments.put("inc", line.option("migrate", 'i', "r"));
        }
        arguments.put("resume", line.option("migrate", 'r', ""));
        arguments.put("uri", line.word("migrate"));
        line.end("migrate");
        boolean tells = !detach && profile.has(Trait.HMP_MIGRATE_DETACH_NOTE);
        qmp.ask(
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
        return profile.has(Trait.BLOCK_SECTION) ? "[-d] [-b] [-i] [-r] uri" : "[-d] [-r] uri";
    }

    private String migrateHelp() {
        String help = "migrate to URI (using -d to not wait for completion)\n";
        return profile.has(Trait.BLOCK_SECTION)
                ? help
                        + "\t\t\t -b for migration without shared storage with full copy of disk\n"
                        + "\t\t\t -i for migration without shared storage with incremental copy of"
                        + " disk (base image shared between src and destination)\n"
                        + "\t\t\t -r to resume a paused migration"
                : help + "\t\t\t -r to resume a paused postcopy migration";
    }

    private void proceed(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        String state = line.word("migrate_continue");
        line.end("migrate_continue");
        if (Named.find(MigrationStatus.class, state).filter(s -> s.knownTo(profile)).isEmpty()) {
            print.accept(invalid(state));
            return;
        }
        qmp.order("migrate-continue", UnderlyingQmp.noArguments().put("state", state), print);
    }

    private void setCapability(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        String name = line.word("migrate_set_capability");
        boolean state = line.flag();
        line.end("migrate_set_capability");
        if (Named.find(Capability.class, name).filter(c -> c.knownTo(profile)).isEmpty()) {
            print.accept(invalid(name));
            return;
        }
        ObjectNode arguments = UnderlyingQmp.noArguments();
        arguments.putArray("capabilities").addObject().put("capability", name).put("state", state);
        qmp.order("migrate-set-capabilities", arguments, print);
    }

    private void setParameter(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        String command = "migrate_set_parameter";
        String name = line.word(command);
        String value =
                profile.has(Trait.HMP_PARAMETER_TAKES_REST)
                        ? line.last(command)
                        : line.word(command);
        line.end(command);
        var parameter = Named.find(Parameter.class, name).filter(p -> p.knownTo(profile));
        if (parameter.isEmpty()) {
            print.accept(invalid(name));
            return;
        }
        ObjectNode arguments = UnderlyingQmp.noArguments();
        try {
            arguments.set(name, ParameterWord.read(parameter.get(), value, profile));
        } catch (ParameterWord.UnreadableException e) {
            print.accept(UnderlyingQmp.error(Worded.of(e)));
            return;
        }
        qmp.order("migrate-set-parameters", arguments, print);
    }

    private static String invalid(String value) {
        return UnderlyingQmp.error("invalid parameter value: " + value);
    }
}
