package io.vmferry.dest.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.status.MigrationStatus;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IncomingReportTest {

    private static String report(
            MigrationStatus status, MigrationAddress listening, Optional<String> error) {
        IncomingFigures figures =
                new IncomingFigures(status, Optional.ofNullable(listening), 0, 0, 0, 0, error);
        return IncomingReport.of(figures).toString().replace('"', '\'');
    }

    @Test
    void nothingBeforeItListens() {
        assertThat(report(MigrationStatus.NONE, null, Optional.empty())).isEqualTo("{}");
    }

    @Test
    void tellsWhereItListens() {
        assertThat(
                        report(
                                MigrationStatus.SETUP,
                                new MigrationAddress.Tcp("127.0.0.1", 4444),
                                Optional.empty()))
                .isEqualTo(
                        "{'status':'setup','socket-address':[{'port':'4444','ipv4':true,"
                                + "'host':'127.0.0.1','type':'inet'}]}");
        assertThat(
                        report(
                                MigrationStatus.ACTIVE,
                                new MigrationAddress.Tcp("::1", 1),
                                Optional.empty()))
                .contains("'ipv6':true,'host':'::1'");
        assertThat(
                        report(
                                MigrationStatus.SETUP,
                                new MigrationAddress.Unix(Path.of("/run/m")),
                                Optional.empty()))
                .contains("'socket-address':[{'path':'/run/m','type':'unix'}]");
    }

    @Test
    void nobodyListensWhenItIsOver() {
        MigrationAddress address = new MigrationAddress.Tcp("h", 1);
        assertThat(report(MigrationStatus.COMPLETED, address, Optional.empty()))
                .isEqualTo("{'status':'completed'}");
        assertThat(report(MigrationStatus.FAILED, address, Optional.of("cut off")))
                .isEqualTo("{'status':'failed','error-desc':'cut off'}");
    }
}
