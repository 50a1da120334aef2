package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;

class ColoCommandsTest {

    @Test
    void theGuestHasNeverBeenInColo() {
        for (Profile profile : new Profile[] {Profile.QEMU_7_2, Profile.QEMU_8_2}) {
            CommandTable.Builder table = CommandTable.builder(profile);
            new ColoCommands(profile).addTo(table);
            Asked asked = new Asked(table);
            assertThat(asked.ask("query-colo-status"))
                    .containsExactly("{'mode':'none','last-mode':'none','reason':'none'}");
            assertThat(asked.ask("x-colo-lost-heartbeat"))
                    .containsExactly(
                            profile == Profile.QEMU_7_2
                                    ? "error: The feature 'colo' is not enabled"
                                    : "error: VM is not in COLO mode");
        }
    }
}
