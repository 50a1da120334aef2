package io.vmferry.machine.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.commands.Asked;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HMP commands for migration: each calls its QMP command, and refuses with QEMU's error text. */
class MigrationHmpTest {

    private static final String NO_SIZE =
            " expects a non-negative number below 2^64\\r\\nOptional suffix k, M, G, T, P or E means"
                    + " kilo-, mega-, giga-, tera-, peta-\\r\\nand exabytes, respectively.";

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 8192)));
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void unmap() {
        ram.close();
    }

    private Asked monitor(Profile profile) {
        CommandTable.Builder table = CommandTable.builder(profile);
        for (String command :
                List.of(
                        "migrate_cancel",
                        "migrate-continue",
                        "migrate-incoming",
                        "migrate-recover",
                        "migrate-pause",
                        "migrate-start-postcopy",
                        "migrate-set-capabilities",
                        "migrate-set-parameters",
                        "x-colo-lost-heartbeat",
                        "stop",
                        "cont",
                        "quit")) {
            table.add(
                    command,
                    (arguments, reply) -> {
                        asked.add(command + arguments.toString().replace('"', '\''));
                        reply.success();
                    });
        }
        value(table, "query-name", "{'name':'guest'}");
        value(table, "query-uuid", "{'UUID':'0-0'}");
        value(
                table,
                "query-migrate-capabilities",
                "[{'state':true,'capability':'events'},{'state':false,'capability':'multifd'}]");
        value(
                table,
                "query-migrate-parameters",
                "{'downtime-limit':300,'max-bandwidth':5,'max-postcopy-bandwidth':7,'tls-authz':'',"
                        + "'cpu-throttle-tailslow':false,'cpr-exec-command':['a','b'],"
                        + "'block-bitmap-mapping':[{'node-name':'n','alias':'m',"
                        + "'bitmaps':[{'name':'b','alias':'c'}]}]}");
        new HumanMonitor(profile, ram, new MemoryAccess(ram, 1, new HeldVcpus()), table::find)
                .addTo(table);
        return new Asked(table);
    }

    private static void value(CommandTable.Builder table, String command, String json) {
        table.add(command, (arguments, reply) -> reply.success(json(json)));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a line of HMP. Returns the reply as JSON text with single quotes. */
    private String say(Profile profile, String line) {
        String command = line.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "\\u0027");
        List<String> replies =
                monitor(profile)
                        .ask("human-monitor-command", "{'command-line':'%s'}".formatted(command));
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "migrate_cancel#migrate_cancel{}",
                "migrate_continue pre-switchover#migrate-continue{'state':'pre-switchover'}",
                "migrate_incoming tcp:h:1#migrate-incoming{'uri':'tcp:h:1'}",
                "migrate_recover \"a b\"#migrate-recover{'uri':'a b'}",
                "migrate_pause#migrate-pause{}",
                "migrate_start_postcopy#migrate-start-postcopy{}",
                "x_colo_lost_heartbeat#x-colo-lost-heartbeat{}",
                "s#stop{}",
                "stop#stop{}",
                "c#cont{}",
                "q#quit{}",
                "migrate_set_capability events on#migrate-set-capabilities{'capabilities':[{"
                        + "'capability':'events','state':true}]}",
                "migrate_set_parameter max-bandwidth 3#migrate-set-parameters{"
                        + "'max-bandwidth':3145728}",
                "migrate_set_parameter max-bandwidth 3.5k#migrate-set-parameters{"
                        + "'max-bandwidth':3584}",
                "migrate_set_parameter max-postcopy-bandwidth 7#migrate-set-parameters{"
                        + "'max-postcopy-bandwidth':7}",
                "migrate_set_parameter downtime-limit 0x10#migrate-set-parameters{"
                        + "'downtime-limit':16}",
                "migrate_set_parameter multifd-channels 010#migrate-set-parameters{"
                        + "'multifd-channels':8}",
                "migrate_set_parameter cpu-throttle-tailslow y#migrate-set-parameters{"
                        + "'cpu-throttle-tailslow':true}",
                "migrate_set_parameter multifd-compression none#migrate-set-parameters{"
                        + "'multifd-compression':'none'}",
                "migrate_set_parameter cpr-exec-command a \"b c\" d#migrate-set-parameters{"
                        + "'cpr-exec-command':['a','b c','d']}"
            })
    void aLineAsksTheQmpCommand(String line, String expected) {
        assertThat(say(Profile.QEMU_11_1, line)).isEqualTo("''");
        assertThat(asked).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "migrate_cancel x#migrate_cancel: extraneous characters at the end of line",
                "stop x#stop|s: extraneous characters at the end of line",
                "migrate_recover#migrate_recover: string expected",
                "migrate_set_capability events#Expected 'on' or 'off'",
                "migrate_set_capability events maybe#Expected 'on' or 'off'",
                "migrate_set_parameter downtime-limit#migrate_set_parameter: string expected"
            })
    void aLineThatCannotBeReadIsRefused(String line, String reason) {
        String command = line.split(" ")[0];
        assertThat(say(Profile.QEMU_11_1, line))
                .isEqualTo(
                        "'%s\\r\\nTry \\'help %s\\' for more information\\r\\n'"
                                .formatted(reason, command));
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "migrate_continue foo#invalid parameter value: foo",
                "migrate_set_capability nope on#invalid parameter value: nope",
                "migrate_set_parameter nope 1#invalid parameter value: nope",
                "migrate_set_parameter compress-level 1#invalid parameter value: compress-level",
                "migrate_set_parameter max-bandwidth 16E#Invalid size 16E",
                "migrate_set_parameter max-bandwidth -1#Invalid size -1",
                "migrate_set_parameter max-bandwidth 1e3#Invalid size 1e3",
                "migrate_set_parameter xbzrle-cache-size 9223372036854775808#Invalid size"
                        + " 9223372036854775808",
                "migrate_set_parameter multifd-channels x#Parameter 'multifd-channels' expects"
                        + " uint64",
                "migrate_set_parameter multifd-channels 256#Parameter 'multifd-channels' expects"
                        + " uint8_t",
                "migrate_set_parameter x-checkpoint-delay -1#Parameter 'x-checkpoint-delay'"
                        + " expects uint32_t",
                "migrate_set_parameter direct-io x#Parameter 'direct-io' expects 'on' or 'off'",
                "migrate_set_parameter mode none#Parameter 'mode' does not accept value 'none'",
                "migrate_set_parameter downtime-limit 18446744073709551616#Value"
                        + " '18446744073709551616' is out of range for parameter 'downtime-limit'",
                "migrate_set_parameter downtime-limit -1#Value '-1' is out of range for parameter"
                        + " 'downtime-limit'",
                "migrate_set_parameter block-bitmap-mapping a#The block-bitmap-mapping parameter"
                        + " can only be set through QMP"
            })
    void aWrongValueIsAnError(String line, String error) {
        assertThat(say(Profile.QEMU_11_1, line)).isEqualTo("'Error: " + error + "\\r\\n'");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1.5", "5 k"})
    void whatIsNoSizeIsExplained(String value) {
        assertThat(say(Profile.QEMU_11_1, "migrate_set_parameter downtime-limit " + value))
                .isEqualTo("'Error: Parameter 'downtime-limit'" + NO_SIZE + "\\r\\n'");
    }

    @Test
    void versionsDiffer() {
        assertThat(say(Profile.QEMU_10_0, "migrate_incoming -x"))
                .isEqualTo("'Error: unknown migration protocol: -x\\r\\n'");
        assertThat(asked).isEmpty();
        assertThat(say(Profile.QEMU_7_2, "migrate_incoming -x")).isEqualTo("''");
        assertThat(asked).containsExactly("migrate-incoming{'uri':'-x'}");
        assertThat(say(Profile.QEMU_7_2, "migrate_set_parameter downtime-limit -1"))
                .contains("expects a non-negative number");
        assertThat(say(Profile.QEMU_10_0, "migrate_set_parameter tls-hostname a b"))
                .startsWith("'migrate_set_parameter: extraneous characters");
        assertThat(say(Profile.QEMU_11_1, "migrate_set_parameter tls-hostname a b"))
                .isEqualTo("''");
        assertThat(say(Profile.QEMU_7_2, "help migrate")).contains("-b for migration without");
        assertThat(say(Profile.QEMU_11_1, "help migrate")).doesNotContain("-b for migration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "info name#guest\\r\\n",
                "info uuid#0-0\\r\\n",
                "info version#11.1.0vmferry\\r\\n",
                "info migrate_capabilities#events: on\\r\\nmultifd: off\\r\\n"
            })
    void infoPrintsWhatQmpReturns(String line, String text) {
        String build = Profile.QEMU_11_1.qemuVersion().vendorPackage();
        assertThat(say(Profile.QEMU_11_1, line))
                .isEqualTo("'" + text.replace("vmferry", build) + "'");
    }

    @Test
    void parametersStandInTheOrderOfTheVersion() {
        assertThat(say(Profile.QEMU_11_1, "info migrate_parameters"))
                .isEqualTo(
                        "'cpu-throttle-tailslow: off\\r\\ntls-authz: ''\\r\\n"
                                + "max-bandwidth: 5 bytes/second\\r\\n"
                                + "max-postcopy-bandwidth: 7 bytes/second\\r\\n"
                                + "downtime-limit: 300 ms\\r\\n"
                                + "block-bitmap-mapping:\\r\\n  'n' -> 'm'\\r\\n"
                                + "    'b' -> 'c'\\r\\ncpr-exec-command: a b\\r\\n'");
        assertThat(say(Profile.QEMU_10_0, "info migrate_parameters"))
                .contains(
                        "downtime-limit: 300 ms\\r\\nmax-postcopy-bandwidth: 7\\r\\n"
                                + "tls-authz: ''\\r\\n");
    }
}
