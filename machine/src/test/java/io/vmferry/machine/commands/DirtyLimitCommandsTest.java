package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;

/** Expected replies were recorded from a QEMU without KVM. */
class DirtyLimitCommandsTest {

    private static Asked guest() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new DirtyLimitCommands().addTo(table);
        return new Asked(table);
    }

    @Test
    void limitsNothing() {
        assertThat(guest().ask("set-vcpu-dirty-limit", "{'cpu-index':99,'dirty-rate':10}"))
                .containsExactly(
                        "error: dirty page limit feature requires KVM with accelerator property"
                                + " 'dirty-ring-size' set'");
        assertThat(guest().ask("set-vcpu-dirty-limit"))
                .containsExactly("error: Parameter 'dirty-rate' is missing");
        assertThat(guest().ask("cancel-vcpu-dirty-limit", "{'cpu-index':-1}"))
                .containsExactly("{}");
        assertThat(guest().ask("query-vcpu-dirty-limit")).containsExactly("[]");
    }
}
