package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.monitor.CommandTable.QmpCommand;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {

    private static final QmpCommand DONE = (arguments, reply) -> reply.success();

    @Test
    void aNameIsGivenOnce() {
        CommandTable.Builder builder = CommandTable.builder(Profile.DEFAULT).add("stop", DONE);
        assertThatThrownBy(() -> builder.add("stop", DONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Two commands named stop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qmp_capabilities",
                "query-commands",
                "query-events",
                "query-qmp-schema",
                "query-version"
            })
    void theNamesOfEveryMonitorAreTaken(String name) {
        CommandTable.Builder builder = CommandTable.builder(Profile.DEFAULT);
        assertThatThrownBy(() -> builder.add(name, DONE).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUnknownNameIsRefusedInQemusWords() {
        CommandTable table = CommandTable.builder(Profile.QEMU_8_2).build();
        assertThat(table.entries()).hasSize(5);
        assertThat(table.profile()).isEqualTo(Profile.QEMU_8_2);
        assertThatThrownBy(() -> table.find("fly"))
                .isInstanceOf(QmpException.class)
                .hasMessage("The command fly has not been found")
                .satisfies(e ->
                        assertThat(((QmpException) e).errorClass())
                                .isEqualTo(QmpErrorClass.COMMAND_NOT_FOUND));
    }
}
