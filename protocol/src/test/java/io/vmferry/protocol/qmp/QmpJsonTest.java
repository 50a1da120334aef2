package io.vmferry.protocol.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.profile.Profile.QemuVersion;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import io.vmferry.protocol.status.MigrationStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QmpJsonTest {

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void theGreetingIsThatOfQemu() {
        assertThat(text(QmpJson.greeting(new QemuVersion(7, 2, 22, "Debian"))))
                .isEqualTo(
                        "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2,"
                                + " \"major\": 7}, \"package\": \"Debian\"},"
                                + " \"capabilities\": [\"oob\"]}}\r\n");
    }

    @Test
    void aReplyPutsTheIdLastAndARefusalPutsItFirst() {
        assertThat(text(QmpJson.success(Optional.empty(), ClientCommandTest.json("{}"))))
                .isEqualTo("{\"return\": {}}\r\n");
        assertThat(
                        text(
                                QmpJson.success(
                                        Optional.of(ClientCommandTest.json("{'a':[1,2.5,null]}")),
                                        ClientCommandTest.json("[true,'x']"))))
                .isEqualTo("{\"return\": [true, \"x\"], \"id\": {\"a\": [1, 2.5, null]}}\r\n");
        assertThat(
                        text(
                                QmpJson.error(
                                        Optional.of(ClientCommandTest.json("7")),
                                        QmpErrorClass.COMMAND_NOT_FOUND,
                                        "No 'é'")))
                .isEqualTo(
                        "{\"id\": 7, \"error\": {\"class\": \"CommandNotFound\","
                                + " \"desc\": \"No '\\u00E9'\"}}\r\n");
    }

    @Test
    void anEventCarriesItsTimeAndMaybeData() {
        List<QmpEvent> events =
                List.of(
                        new QmpEvent.Migration(MigrationStatus.PRE_SWITCHOVER),
                        new QmpEvent.MigrationPass(3),
                        new QmpEvent.Stop(),
                        new QmpEvent.Resume(),
                        new QmpEvent.UnplugPrimary("nic0"),
                        new QmpEvent.Shutdown(false, "host-qmp-quit"),
                        new QmpEvent.ColoExit("primary", "request"),
                        new QmpEvent.Planned("MIGRATION_MOOD", Optional.of("hopeful")),
                        new QmpEvent.Planned("MIGRATION_PAUSE", Optional.empty()),
                        new QmpEvent.Own(
                                "X_VMFERRY_POINT",
                                JsonNodeFactory.instance.objectNode().put("id", 7)));
        String stamp = "{\"timestamp\": {\"seconds\": 5, \"microseconds\": 17}, \"event\": ";
        assertThat(events.stream().map(event -> text(QmpJson.event(event, 5, 17))))
                .containsExactly(
                        stamp + "\"MIGRATION\", \"data\": {\"status\": \"pre-switchover\"}}\r\n",
                        stamp + "\"MIGRATION_PASS\", \"data\": {\"pass\": 3}}\r\n",
                        stamp + "\"STOP\"}\r\n",
                        stamp + "\"RESUME\"}\r\n",
                        stamp + "\"UNPLUG_PRIMARY\", \"data\": {\"device-id\": \"nic0\"}}\r\n",
                        stamp
                                + "\"SHUTDOWN\", \"data\": {\"guest\": false, \"reason\":"
                                + " \"host-qmp-quit\"}}\r\n",
                        stamp
                                + "\"COLO_EXIT\", \"data\": {\"mode\": \"primary\", \"reason\":"
                                + " \"request\"}}\r\n",
                        stamp + "\"MIGRATION_MOOD\", \"data\": {\"status\": \"hopeful\"}}\r\n",
                        stamp + "\"MIGRATION_PAUSE\"}\r\n",
                        stamp + "\"X_VMFERRY_POINT\", \"data\": {\"id\": 7}}\r\n");
        Set<Class<?>> shown = new HashSet<>();
        events.forEach(event -> shown.add(event.getClass()));
        assertThat(shown).containsExactlyInAnyOrder(QmpEvent.class.getPermittedSubclasses());
    }
}
