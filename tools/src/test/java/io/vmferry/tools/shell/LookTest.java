package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpNotice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookTest {

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void whatTheHumanMonitorPrintedIsText() throws Exception {
        QmpCall asked = QmpCall.of("human-monitor-command");
        JsonNode printed = json("'VM status: running\\r\\n'");
        assertThat(Look.PRETTY.result(asked, printed)).isEqualTo("VM status: running");
        assertThat(Look.RAW.result(asked, printed)).isEqualTo("\"VM status: running\\r\\n\"");
        assertThat(Look.PRETTY.result(QmpCall.of("qom-get"), printed)).startsWith("\"VM status");
    }

    @Test
    void rawIsWhatTheServerSendsAndPrettyIsForPeople() throws Exception {
        JsonNode value = json("{'a':[1,{'b':'c'}],'d':{},'e':[]}");
        assertThat(Look.RAW.json(value))
                .isEqualTo("{\"a\": [1, {\"b\": \"c\"}], \"d\": {}, \"e\": []}");
        assertThat(Look.PRETTY.json(value))
                .isEqualTo(
                        """
                        {
                          "a": [
                            1,
                            {
                              "b": "c"
                            }
                          ],
                          "d": {},
                          "e": []
                        }\
                        """);
    }

    @Test
    void anEventHasItsTime() throws Exception {
        JsonNode message =
                json(
                        "{'timestamp':{'seconds':1700000000,'microseconds':12},"
                                + "'event':'MIGRATION','data':{'status':'active','n':[1]}}");
        QmpNotice event = new QmpNotice(message);
        assertThat(Look.PRETTY.event(event, ZoneOffset.UTC))
                .isEqualTo("22:13:20.000012  MIGRATION status=active n=[1]");
        assertThat(Look.RAW.event(event, ZoneOffset.UTC)).startsWith("{\"timestamp\": {");
        assertThat(event.migrationStatus()).isEqualTo("active");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|no migration",
                "{'status':'setup'}|setup",
                "{'status':'active','expected-downtime':300,'ram':{'total':1048576,'remaining':524288,"
                        + "'dirty-sync-count':2,'mbps':239.7,'dirty-pages-rate':12345}}"
                        + "|pass 2, 50%, 512 KiB left, 28.6 MiB/s, dirty 48.2 MiB/s,"
                        + " downtime ~300 ms, ETA unknown",
                "{'status':'active','total-time':3000,'expected-downtime':300,'ram':{'total':1048576,"
                        + "'remaining':524288,'dirty-sync-count':1,'mbps':1,'dirty-pages-rate':0}}"
                        + "|pass 1, 50%, 512 KiB left, 122 KiB/s, dirty rate being measured,"
                        + " 0:03 elapsed, ETA 0:04",
                "{'status':'postcopy-active','ram':{'total':4096,'remaining':1024,'mbps':0,"
                        + "'postcopy-requests':7}}"
                        + "|postcopy-active, 75%, 1.00 KiB left, 0 B/s, 7 pages asked for, ETA unknown",
                "{'status':'active'}|active",
                "{'status':'postcopy-paused','error-desc':'cut','ram':{'total':2,'remaining':1}}"
                        + "|postcopy-paused, 50%, 1 B left, 0 B/s, 0 pages asked for, ETA unknown, cut",
                "{'status':'completed','downtime':48,'total-time':4522,"
                        + "'ram':{'transferred':1048576,'dirty-sync-count':3}}"
                        + "|completed 1.00 MiB sent, 3 dirty syncs, downtime 48.0 ms, total 4.52 s",
                "{'status':'failed','error-desc':'Connection refused'}|failed Connection refused"
            })
    void figuresAreOneLine(String report, String text) throws Exception {
        assertThat(MigrationLine.of(json(report))).isEqualTo(text);
    }

    /** A cell that does not fit is left out, never cut. */
    @Test
    void figuresFitTheTerminal() throws Exception {
        JsonNode report =
                json(
                        "{'status':'active','total-time':3000,'ram':{'total':268435456,"
                                + "'remaining':158334976,'dirty-sync-count':1,'mbps':418.6}}");
        assertThat(MigrationLine.fit(report, 78))
                .isEqualTo(
                        "pass 1  41%  49.9 MiB/s  dirty rate being measured  0:03 elapsed"
                                + "  ETA 0:03");
        for (int columns = 6; columns < 200; columns++) {
            assertThat(MigrationLine.fit(report, columns)).hasSizeLessThanOrEqualTo(columns);
        }
    }

    @Test
    void historyLiesInTheUsersState(@TempDir Path home) throws Exception {
        assertThat(HistoryFile.locate(Map.of("HOME", home.toString())))
                .contains(home.resolve(".local/state/vmferry/qmp-history"));
        Path state = home.resolve("state");
        assertThat(
                        HistoryFile.locate(
                                Map.of("HOME", "/nowhere", "XDG_STATE_HOME", state.toString())))
                .contains(state.resolve("vmferry/qmp-history"));
        assertThat(HistoryFile.locate(Map.of())).isEmpty();
        Path file = Files.createFile(home.resolve("file"));
        assertThat(HistoryFile.locate(Map.of("HOME", file.toString()))).isEmpty();
    }
}
