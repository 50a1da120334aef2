package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

    private static final MigrationAddress PROGRAM = new MigrationAddress.Exec(List.of("/bin/cat"));
    private static final MigrationAddress SOCKET = new MigrationAddress.Unix(Path.of("s"));

    private static MigrationOptions options(Profile profile, boolean preempt) throws Exception {
        return preempt
                ? options(profile, Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT)
                : options(profile);
    }

    private static MigrationOptions options(Profile profile, Capability... capabilities)
            throws Exception {
        Map<Capability, Boolean> on = new EnumMap<>(Capability.class);
        for (Capability capability : capabilities) {
            on.put(capability, true);
        }
        return new MigrationOptions(
                profile,
                Capabilities.none().with(on, profile, on.keySet()),
                Parameters.defaults(profile));
    }

    @Test
    void oneConnectionDoesNotDoForPreempt() throws Exception {
        MigrationOptions preempt = options(Profile.QEMU_11_1, true);
        assertThatThrownBy(() -> ConnectionLimit.require(PROGRAM, preempt))
                .hasMessage("Migration requires multi-channel URIs (e.g. tcp)");
        assertThatCode(() -> ConnectionLimit.require(SOCKET, preempt)).doesNotThrowAnyException();
        MigrationOptions plain = options(Profile.QEMU_11_1, false);
        assertThatCode(() -> ConnectionLimit.require(PROGRAM, plain)).doesNotThrowAnyException();
    }

    @Test
    void theOldestVersionLooksLater() throws Exception {
        MigrationOptions preempt = options(Profile.QEMU_7_2, true);
        assertThatCode(() -> ConnectionLimit.require(PROGRAM, preempt)).doesNotThrowAnyException();
        assertThat(ConnectionLimit.exceeded(PROGRAM, preempt)).isTrue();
    }

    /** Whoever gives the address on the command line need not wait for the failure. */
    @Test
    void aCommandLineIsRefusedInEveryVersion() throws Exception {
        MigrationOptions preempt = options(Profile.QEMU_7_2, true);
        assertThatThrownBy(() -> ConnectionLimit.requireAtStart(PROGRAM, preempt))
                .hasMessageContaining("Postcopy preempt is not supported");
        MigrationOptions multifd = options(Profile.QEMU_7_2, Capability.MULTIFD);
        assertThatThrownBy(() -> ConnectionLimit.requireAtStart(PROGRAM, multifd))
                .hasMessage("multifd is not supported by current protocol");
        assertThatCode(() -> ConnectionLimit.requireAtStart(SOCKET, multifd))
                .doesNotThrowAnyException();
        MigrationOptions newer = options(Profile.QEMU_10_2, Capability.MULTIFD);
        assertThatThrownBy(() -> ConnectionLimit.requireAtStart(PROGRAM, newer))
                .hasMessage("Migration requires multi-channel URIs (e.g. tcp)");
    }
}
