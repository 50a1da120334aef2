package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuitCommandTest {

    @Test
    void tellsEveryoneAndRepliesBeforeTheEnd() {
        List<String> order = new ArrayList<>();
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new QuitCommand(
                        event -> order.add(event.name() + event.data().orElseThrow()),
                        () -> order.add("end"))
                .addTo(table);
        assertThat(new Asked(table).ask("quit")).containsExactly("{}");
        assertThat(order)
                .containsExactly("SHUTDOWN{\"guest\":false,\"reason\":\"host-qmp-quit\"}", "end");
    }
}
