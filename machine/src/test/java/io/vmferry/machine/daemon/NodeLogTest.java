package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class NodeLogTest {

    @Test
    void aLineThatIsKeptHasDateZoneAndName() {
        // what slf4j-simple makes of the pattern
        var format = new SimpleDateFormat(NodeLog.dated("dest-node"), Locale.ROOT);
        format.setTimeZone(TimeZone.getTimeZone("UTC"));
        assertThat(format.format(Date.from(Instant.parse("2026-11-30T20:51:29.055Z"))))
                .isEqualTo("2026-11-30T20:51:29.055Z dest-node");
    }
}
