package io.vmferry.dest.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.dest.incoming.ram.Blocktime.BlocktimeFigures;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IncomingReportTest {

    private static final BlocktimeFigures BLOCKTIME =
            new BlocktimeFigures(3, List.of(5L, 7L), 60_000, List.of(0L, 9L), List.of(1L, 2L), 4);

    private static String report(
            MigrationStatus status, @Nullable MigrationAddress listening, Optional<String> error) {
        return report(status, listening, error, Profile.DEFAULT, Map.of());
    }

    private static String report(
            MigrationStatus status,
            @Nullable MigrationAddress listening,
            Optional<String> error,
            Profile profile,
            Map<Capability, Boolean> capabilities) {
        return report(status, listening, error, profile, capabilities, BLOCKTIME);
    }

    private static String report(
            MigrationStatus status,
            @Nullable MigrationAddress listening,
            Optional<String> error,
            Profile profile,
            Map<Capability, Boolean> capabilities,
            BlocktimeFigures blocktime) {
        IncomingFigures figures =
                new IncomingFigures(
                        status,
                        listening == null ? List.of() : List.of(listening),
                        true,
                        Optional.empty(),
                        0,
                        Map.of(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Optional.of(blocktime),
                        error.map(Failure.PeerReport::new));
        try {
            MigrationOptions options =
                    new MigrationOptions(
                            profile,
                            Capabilities.none().with(capabilities, profile, capabilities.keySet()),
                            Parameters.defaults(profile));
            return IncomingReport.of(figures, options).toString().replace('"', '\'');
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsHowLongFaultsTookOnceItIsOverAndOnlyIfAsked() {
        Map<Capability, Boolean> asked = Map.of(Capability.POSTCOPY_BLOCKTIME, true);
        assertThat(
                        report(
                                MigrationStatus.COMPLETED,
                                null,
                                Optional.empty(),
                                Profile.QEMU_9_2,
                                asked))
                .isEqualTo(
                        "{'status':'completed','postcopy-blocktime':3,"
                                + "'postcopy-vcpu-blocktime':[5,7]}");
        assertThat(
                        report(
                                MigrationStatus.COMPLETED,
                                null,
                                Optional.empty(),
                                Profile.QEMU_10_2,
                                asked))
                .endsWith(
                        "'postcopy-latency':60000,'postcopy-latency-dist':[0,9],"
                                + "'postcopy-vcpu-latency':[1,2],'postcopy-non-vcpu-latency':4}");
        assertThat(
                        report(
                                MigrationStatus.POSTCOPY_ACTIVE,
                                null,
                                Optional.empty(),
                                Profile.QEMU_10_2,
                                asked))
                .isEqualTo("{'status':'postcopy-active'}");
    }

    @Test
    void aMachineWithoutVcpusCountsAsOneWithAnIdleOne() {
        assertThat(
                        report(
                                MigrationStatus.COMPLETED,
                                null,
                                Optional.empty(),
                                Profile.QEMU_11_1,
                                Map.of(Capability.POSTCOPY_BLOCKTIME, true),
                                new BlocktimeFigures(0, List.of(), 0, List.of(), List.of(), 0)))
                .contains("'postcopy-vcpu-blocktime':[0]", "'postcopy-vcpu-latency':[0]");
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
        assertThat(abstractName("n", true)).contains("'path':'n','type':'unix','tight':true}]");
        assertThat(abstractName("n", false)).contains("'path':'n','type':'unix','tight':false}]");
        assertThat(abstractName("x".repeat(107), true))
                .as("a name that fills the address")
                .contains("'tight':false}]");
    }

    private static String abstractName(String name, boolean tight) {
        return report(
                MigrationStatus.SETUP,
                new MigrationAddress.AbstractUnix(name, tight),
                Optional.empty());
    }

    /** In no version: what made it pause is the source's to tell. */
    @ParameterizedTest
    @EnumSource(names = {"POSTCOPY_PAUSED", "POSTCOPY_RECOVER", "POSTCOPY_ACTIVE"})
    void aPostcopyThatPausedTellsNoError(MigrationStatus status) {
        MigrationAddress address = new MigrationAddress.Unix(Path.of("/run/m"));
        assertThat(report(status, address, Optional.of("cut off")))
                .contains("'status':'" + status.text() + "'")
                .doesNotContain("error-desc");
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
