package io.vmferry.dest.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.commands.Asked;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.vcpu.IdleVcpus;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.RunState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutgoingRefusalsTest {

    private static String ask(Profile profile, RunState state, String command, String arguments) {
        return ask(profile, Capabilities.none(), state, command, arguments);
    }

    private static String ask(
            Profile profile,
            Capabilities capabilities,
            RunState state,
            String command,
            String arguments) {
        RunControl run =
                new RunControl(new IdleVcpus(), new LocalLease(), event -> {}, state, true);
        CommandTable.Builder table = CommandTable.builder(profile);
        new OutgoingRefusals(
                        run,
                        new MigrationOptions(profile, capabilities, Parameters.defaults(profile)))
                .addTo(table);
        List<String> replies = new Asked(table).ask(command, arguments);
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "qemu-7.2|inmigrate|migrate|{'uri':'tcp:h:1'}|error: Guest is waiting for an incoming"
                        + " migration",
                "qemu-7.2|inmigrate|migrate|{'uri':'x:y'}|error: Guest is waiting for an incoming"
                        + " migration",
                "qemu-11.1|inmigrate|migrate|{'uri':'x:y'}|error: unknown migration protocol: x:y",
                "qemu-11.1|inmigrate|migrate|{'uri':'tcp:h:1','resume':true}|error: Cannot resume if"
                        + " there is no paused migration",
                "qemu-11.1|running|migrate|{'uri':'tcp:h:1'}|error: This node only receives: vmferry"
                        + " migrates from a source-node",
                "qemu-7.2|inmigrate|migrate|{}|error: Parameter 'uri' is missing",
                "qemu-7.2|inmigrate|migrate_cancel|{}|{}",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'none'}|{}",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'device'}|error: Migration not in expected"
                        + " state: none",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'failing'}|error: Parameter 'state' does"
                        + " not accept value 'failing'"
            })
    void aNodeThatOnlyReceivesSaysWhatQemuWould(
            String profile, String state, String command, String arguments, String reply) {
        assertThat(
                        ask(
                                Named.find(Profile.class, profile).orElseThrow(),
                                Named.find(RunState.class, state).orElseThrow(),
                                command,
                                arguments))
                .isEqualTo(reply);
    }

    @Test
    void postcopyHasToBeEnabledAndThenStarted() throws OptionException {
        Profile profile = Profile.DEFAULT;
        Capabilities on =
                Capabilities.none()
                        .with(
                                Map.of(Capability.POSTCOPY_RAM, true),
                                profile,
                                Set.of(Capability.POSTCOPY_RAM));
        String command = "migrate-start-postcopy";
        assertThat(ask(profile, RunState.INMIGRATE, command, "{}"))
                .isEqualTo(
                        "error: Enable postcopy with migrate_set_capability before the start of migration");
        assertThat(ask(profile, on, RunState.INMIGRATE, command, "{}"))
                .isEqualTo("error: Postcopy must be started after migration has been started");
    }
}
