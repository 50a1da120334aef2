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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

    private static final MigrationAddress PROGRAM = new MigrationAddress.Exec(List.of("/bin/cat"));
    private static final MigrationAddress SOCKET = new MigrationAddress.Unix(Path.of("s"));

    private static MigrationOptions options(Profile profile, boolean preempt) throws Exception {
        Map<Capability, Boolean> on =
                preempt
                        ? Map.of(Capability.POSTCOPY_RAM, true, Capability.POSTCOPY_PREEMPT, true)
                        : Map.of();
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
}
