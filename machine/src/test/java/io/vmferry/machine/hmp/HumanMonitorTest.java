package io.vmferry.machine.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.commands.Asked;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.PlacedPages;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected output was recorded from QEMU 7.2 and 11.1 for the same lines. */
class HumanMonitorTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 8192)));
    private final List<String> migrated = new ArrayList<>();
    private String status = "running";
    private String info = "{}";

    @BeforeEach
    void fill() {
        ByteBuf page = Unpooled.wrappedBuffer(new byte[4096]);
        byte[] start = "ab'\\\n\r\0\u007f".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        page.setBytes(0, start);
        page.setLongLE(16, -2);
        page.setLongLE(24, 8);
        PlacedPages.place(ram.blocks().getFirst(), 0, PageSource.of(page));
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    private Asked monitor(Profile profile) {
        CommandTable.Builder table = CommandTable.builder(profile);
        table.add("query-status", (arguments, reply) -> reply.success(json(status)))
                .add("query-migrate", (arguments, reply) -> reply.success(json(info)))
                .add(
                        "migrate",
                        (arguments, reply) -> {
                            if (arguments.get("uri").asText().equals("bad")) {
                                throw QmpException.generic("no such thing");
                            }
                            migrated.add(arguments.toString().replace('"', '\''));
                            reply.success();
                        });
        new HumanMonitor(profile, ram, new MemoryAccess(ram, 1, new HeldVcpus()), table::find)
                .addTo(table);
        return new Asked(table);
    }

    private com.fasterxml.jackson.databind.JsonNode json(String text) {
        try {
            String object = text.startsWith("{") ? text : "{'status':'" + text + "'}";
            return new ObjectMapper().readTree(object.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a line of HMP. Returns the reply as JSON text with single quotes. */
    private static String ask(Asked monitor, String line) {
        List<String> replies =
                monitor.ask(
                        "human-monitor-command",
                        "{'command-line':'%s'}"
                                .formatted(
                                        line.replace("\\", "\\\\")
                                                .replace("\"", "\\\"")
                                                .replace("'", "\\u0027")));
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "``#''",
                "warp#'unknown command: 'warp'\\r\\n'",
                "info warp#'unknown command: 'info warp'\\r\\n'",
                "help warp x#'unknown command: 'warp'\\r\\n'",
                "help xp#'xp /fmt addr -- physical memory dump starting at 'addr'\\r\\n'",
                "help info status#'info status  -- show the current VM status (running|paused)"
                        + "\\r\\n'",
                "   info   status  #'VM status: running\\r\\n'"
            })
    void linesAreFoundOrNot(String line, String reply) {
        assertThat(ask(monitor(Profile.QEMU_7_2), line)).isEqualTo(reply);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "info status x|status: extraneous characters at the end of line|info status",
                "info  migrate x|migrate: extraneous characters at the end of line|info  migrate",
                "`  info status x`|status: extraneous characters at the end of line|`  info status`",
                "migrate|migrate: string expected|migrate",
                "migrate -d|migrate: string expected|migrate",
                "migrate \"a|migrate: string expected|migrate",
                "migrate -x a|migrate: unsupported option -x|migrate",
                "migrate a b|migrate: extraneous characters at the end of line|migrate",
                "migrate -dr tcp:h:1|migrate: extraneous characters at the end of line|migrate",
                "xp|unexpected end of expression|xp",
                "xp /z 0|invalid char in format: 'z'|xp",
                "xp /-1x 0|invalid char in format: '-'|xp",
                "xp abc|invalid char 'a' in expression|xp",
                "xp 12abc|xp: extraneous characters at the end of line|xp",
                "xp 1/0|division by zero|xp",
                "xp (1|')' expected|xp",
                "xp $pc|unknown register|xp",
                "xp 0x3ffffffffffffffff|number too large|xp",
                "xp /99999x 0|xp: 399996 bytes are more than the 65536 of one command|xp"
            })
    void whatCannotBeReadIsExplained(String line, String reason, String help) {
        assertThat(ask(monitor(Profile.QEMU_7_2), line))
                .isEqualTo(
                        "'%s\\r\\nTry \\'help %s\\' for more information\\r\\n'"
                                .formatted(reason, help));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "xp 0|0x5c276261",
                "xp /4xb 0|0x61 0x62 0x27 0x5c",
                "xp/2xh 1|0x2762 0x0a5c",
                "xp /2xg 16|0xfffffffffffffffe 0x0000000000000008",
                "xp /2xg 0x8*2|0xfffffffffffffffe 0x0000000000000008",
                "xp /2dg 020|                  -2                    8",
                "xp /1uw (4+4)*3|         8",
                "xp /1ow 24|        010",
                "xp /1oh 64|     0",
                "xp /8cb 0|'a' 'b' '\\\\'' '\\\\\\\\' '\\\\n' '\\\\r' '\\\\x00' '\\\\x7f'"
            })
    void memoryIsShownAsItWasAskedFor(String line, String items) {
        String reply = ask(monitor(Profile.QEMU_7_2), line);
        assertThat(reply.substring(reply.indexOf(':') + 1)).isEqualTo(" " + items + "\\r\\n'");
    }

    @Test
    void memoryGoesOnOnNewLinesAndEndsWhereRamEnds() {
        Asked monitor = monitor(Profile.QEMU_7_2);
        assertThat(ask(monitor, "xp /9xb 0x10"))
                .isEqualTo(
                        "'0000000000000010: 0xfe 0xff 0xff 0xff 0xff 0xff 0xff 0xff\\r\\n"
                                + "0000000000000018: 0x08\\r\\n'");
        assertThat(ask(monitor, "xp /4xb 8190"))
                .isEqualTo("'0000000000001ffe: Cannot access memory\\r\\n'");
        assertThat(ask(monitor, "xp -1"))
                .isEqualTo("'ffffffffffffffff: Cannot access memory\\r\\n'");
        assertThat(ask(monitor, "xp /0x 0")).isEqualTo("''");
        assertThat(ask(monitor, "xp /3i 0")).isEqualTo("'Can not dump without CPU\\r\\n'");
    }

    @Test
    void aFormatLastsAndNewVersionsShowShortAddressesAndOddOctals() {
        Asked monitor = monitor(Profile.QEMU_11_1);
        assertThat(ask(monitor, "xp /1oh 24")).isEqualTo("'00000018: 0    10\\r\\n'");
        assertThat(ask(monitor, "xp 26")).isEqualTo("'0000001a: 0     0\\r\\n'");
    }

    @ParameterizedTest
    @CsvSource({
        "running,VM status: running",
        "paused,VM status: paused",
        "finish-migrate,VM status: paused (finish-migrate)"
    })
    void statusIsRunningOrPausedWithAReason(String state, String text) {
        status = state;
        assertThat(ask(monitor(Profile.DEFAULT), "info status")).isEqualTo("'" + text + "\\r\\n'");
    }

    @Test
    void migrateAsksTheQmpCommand() {
        Asked monitor = monitor(Profile.QEMU_10_2);
        assertThat(ask(monitor, "migrate -d tcp:h:1")).isEqualTo("''");
        assertThat(ask(monitor, "migrate -d -r \"unix:/a b\"")).isEqualTo("''");
        assertThat(ask(monitor, "migrate tcp:h:1"))
                .isEqualTo(
                        "'terminal does not allow synchronous migration, continuing detached"
                                + "\\r\\n'");
        assertThat(ask(monitor, "migrate bad")).isEqualTo("'Error: no such thing\\r\\n'");
        assertThat(migrated)
                .containsExactly(
                        "{'resume':false,'uri':'tcp:h:1'}",
                        "{'resume':true,'uri':'unix:/a b'}",
                        "{'resume':false,'uri':'tcp:h:1'}");
        assertThat(ask(monitor(Profile.QEMU_11_1), "migrate tcp:h:1")).isEqualTo("''");
        assertThat(ask(monitor(Profile.QEMU_7_2), "migrate -b -i tcp:h:1")).isNotEmpty();
        assertThat(migrated.getLast())
                .isEqualTo("{'blk':true,'inc':true,'resume':false,'uri':'tcp:h:1'}");
    }

    @Test
    void onlyAVcpuThatThereIsCanBeNamed() {
        Asked monitor = monitor(Profile.DEFAULT);
        assertThat(monitor.ask("human-monitor-command", "{'command-line':'','cpu-index':0}"))
                .containsExactly("''");
        assertThat(monitor.ask("human-monitor-command", "{'command-line':'','cpu-index':1}"))
                .containsExactly("error: Parameter 'cpu-index' expects a CPU number");
    }

    @Test
    void infoMigrateFollowsTheVersion() {
        info = "{'status':'failed','error-desc':'why'}";
        assertThat(ask(monitor(Profile.QEMU_10_0), "info migrate"))
                .endsWith("Migration status: failed (why)\\r\\ntotal time: 0 ms\\r\\n'")
                .startsWith("'globals:\\r\\nstore-global-state: on\\r\\n");
        Asked grouped = monitor(Profile.QEMU_11_1);
        assertThat(ask(grouped, "info migrate")).isEqualTo("'Status: \\t\\tfailed (why)\\r\\n'");
        assertThat(ask(grouped, "info migrate -a"))
                .startsWith("'Status: \\t\\tfailed (why)\\r\\nGlobals:\\r\\n  store-global-state:");
    }
}
