package io.vmferry.machine.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Formats the figures of two real migrations; expected is what their QEMU printed. */
class InfoMigrateTextTest {

    private static final String FIGURES =
            """
            {"status": "STATUS", "total-time": 501, "setup-time": 7, TIME "ram": {
              "total": 67108864, "postcopy-requests": 0, "dirty-sync-count": 1,
              "multifd-bytes": 0, "pages-per-second": 2220, "downtime-bytes": 0,
              "page-size": 4096, "remaining": 62599168, "postcopy-bytes": 0,
              "mbps": 0.16128, "transferred": 9953, "precopy-bytes": 9953,
              "duplicate": 1101, "dirty-pages-rate": 0, "skipped": 0,
              "normal-bytes": 0, "normal": 0}}
            """;

    private static String print(Profile profile, String json) throws Exception {
        JsonNode info = new ObjectMapper().readTree(json.replace('\'', '"'));
        return InfoMigrateText.of(profile, info, false);
    }

    private static String figures(String status, String time) {
        return FIGURES.replace("STATUS", status).replace("TIME", time);
    }

    @Test
    void anActiveMigrationOfAnOldVersion() throws Exception {
        assertThat(print(Profile.QEMU_7_2, figures("active", "'expected-downtime':300,")))
                .isEqualTo(
                        """
                        globals:
                        store-global-state: on
                        only-migratable: off
                        send-configuration: on
                        send-section-footer: on
                        decompress-error-check: on
                        clear-bitmap-shift: 18
                        Migration status: active
                        total time: 501 ms
                        expected downtime: 300 ms
                        setup: 7 ms
                        transferred ram: 9 kbytes
                        throughput: 0.16 mbps
                        remaining ram: 61132 kbytes
                        total ram: 65536 kbytes
                        duplicate: 1101 pages
                        skipped: 0 pages
                        normal: 0 pages
                        normal bytes: 0 kbytes
                        dirty sync count: 1
                        page size: 4 kbytes
                        multifd bytes: 0 kbytes
                        pages-per-second: 2220
                        precopy ram: 9 kbytes
                        """);
    }

    @Test
    void aCompletedMigrationOfANewVersion() throws Exception {
        assertThat(print(Profile.QEMU_11_1, figures("completed", "'downtime':3,")))
                .isEqualTo(
                        """
                        Status: \t\tcompleted
                        Time (ms): \t\ttotal=501, setup=7, down=3
                        RAM info:
                          Throughput (Mbps): \t0.16
                          Sizes: \t\tpagesize=4 KiB, total=64 MiB
                          Transfers: \t\ttransferred=9.72 KiB, remain=59.7 MiB
                            Channels: \t\tprecopy=9.72 KiB, multifd=0 B, postcopy=0 B
                            Page Types: \tnormal=0, zero=1101
                          Page Rates (pps): \ttransfer=2220
                          Others: \t\tdirty_syncs=1
                        """);
    }

    private static final String CACHE =
            "'xbzrle-cache':{'encoding-rate':195.047,'bytes':5242,'cache-size':65536,"
                    + "'cache-miss-rate':0.754,'pages':48,'overflow':3,'cache-miss':176}";

    @Test
    void theCacheOfXbzrleStandsAtTheEnd() throws Exception {
        String json = "{" + CACHE + ",'cpu-throttle-percentage':7}";
        assertThat(print(Profile.QEMU_10_0, json))
                .endsWith(
                        """
                        clear-bitmap-shift: 18
                        cache size: 65536 bytes
                        xbzrle transferred: 5 kbytes
                        xbzrle pages: 48 pages
                        xbzrle cache miss: 176 pages
                        xbzrle cache miss rate: 0.75
                        xbzrle encoding rate: 195.05
                        xbzrle overflow: 3
                        cpu throttle percentage: 7
                        """);
        JsonNode info = new ObjectMapper().readTree(json.replace('\'', '"'));
        assertThat(InfoMigrateText.of(Profile.QEMU_11_1, info, true))
                .endsWith(
                        """
                          clear-bitmap-shift: 18
                        XBZRLE: size=65536, transferred=5242, pages=48, miss=176
                          miss_rate=0.75, encode_rate=195.05, overflow=3
                        CPU Throttle (%): 7
                        """);
        assertThat(InfoMigrateText.of(Profile.QEMU_11_1, info, false)).isEmpty();
    }

    @Test
    void aDestinationShowsItsSockets() throws Exception {
        String json =
                "{'status':'setup','socket-address':[{'type':'unix','path':'/m'},"
                        + "{'type':'inet','host':'::1','port':'7','ipv6':true}]}";
        assertThat(print(Profile.QEMU_11_1, json))
                .isEqualTo("Status: \t\tsetup\nSockets: [\n\tunix:/m\n\ttcp:::1:7\n]\n");
        assertThat(print(Profile.QEMU_9_2, json.replace("'status':'setup',", "")))
                .endsWith("shift: 18\nsocket address: [\n\tunix:/m\n\ttcp:::1:7\n]\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,0.98 KiB",
        "4096,4 KiB",
        "10240,10 KiB",
        "15938,15.6 KiB",
        "787251,769 KiB",
        "67108864,64 MiB",
        "1099511627776,1 TiB"
    })
    void sizesHaveThreeDigits(long bytes, String text) {
        assertThat(InfoMigrateText.size(bytes)).isEqualTo(text);
    }
}
