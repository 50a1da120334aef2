package io.vmferry.dest.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.Reply;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
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
        RunControl run = new RunControl(null, new LocalLease(), event -> {}, state, true);
        CommandTable.Builder table = CommandTable.builder(profile);
        new OutgoingRefusals(
                        run,
                        new MigrationOptions(profile, capabilities, Parameters.defaults(profile)))
                .addTo(table);
        CommandTable.Entry entry = table.find(command).orElseThrow();
        List<String> answers = new ArrayList<>();
        try {
            ObjectNode read =
                    (ObjectNode) new ObjectMapper().readTree(arguments.replace('\'', '"'));
            entry.arguments().check(read);
            entry.command().execute(read, new Answer(answers));
        } catch (QmpException e) {
            answers.add(e.getMessage());
        } catch (JsonProcessingException e) {
            throw new AssertionError(arguments, e);
        }
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    private record Answer(List<String> answers) implements Reply {
        @Override
        public void success(JsonNode value) {
            answers.add(value.toString());
        }

        @Override
        public void failure(QmpException error) {
            answers.add(error.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "qemu-7.2|inmigrate|migrate|{'uri':'tcp:h:1'}|Guest is waiting for an incoming"
                        + " migration",
                "qemu-7.2|inmigrate|migrate|{'uri':'x:y'}|Guest is waiting for an incoming"
                        + " migration",
                "qemu-11.1|inmigrate|migrate|{'uri':'x:y'}|unknown migration protocol: x:y",
                "qemu-11.1|inmigrate|migrate|{'uri':'tcp:h:1','resume':true}|Cannot resume if"
                        + " there is no paused migration",
                "qemu-11.1|running|migrate|{'uri':'tcp:h:1'}|This node only receives: vmferry"
                        + " migrates from a source-node",
                "qemu-7.2|inmigrate|migrate|{}|Parameter 'uri' is missing",
                "qemu-7.2|inmigrate|migrate_cancel|{}|{}",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'none'}|{}",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'device'}|Migration not in expected"
                        + " state: none",
                "qemu-7.2|inmigrate|migrate-continue|{'state':'failing'}|Parameter 'state' does"
                        + " not accept value 'failing'"
            })
    void aNodeThatOnlyReceivesSaysWhatQemuWould(
            String profile, String state, String command, String arguments, String answer) {
        assertThat(
                        ask(
                                Profile.parse(profile).orElseThrow(),
                                RunState.fromQmpName(state).orElseThrow(),
                                command,
                                arguments))
                .isEqualTo(answer);
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
                        "Enable postcopy with migrate_set_capability before the start of migration");
        assertThat(ask(profile, on, RunState.INMIGRATE, command, "{}"))
                .isEqualTo("Postcopy must be started after migration has been started");
    }
}
