package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.qmp.QmpEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitorClientTest {

    private static final QmpEvent EVENT =
            new QmpEvent.Own("X_VMFERRY_POINT", JsonNodeFactory.instance.objectNode().put("id", 7));

    private final List<Reply> held = new ArrayList<>();
    private final CommandTable table =
            TestSession.idleCommands().add("hold", (arguments, reply) -> held.add(reply)).build();
    private final TestSession asking = TestSession.negotiated(table);
    private final TestSession other = TestSession.negotiated(table);

    private Reply ask() {
        asking.events.join(other.session);
        asking.send("{'execute': 'hold', 'id': 1}");
        asking.settle();
        return held.getLast();
    }

    @Test
    void anEventReachesOneClientAloneAfterTheReplyToIt() {
        Reply reply = ask();
        reply.success();
        reply.client().event(EVENT);
        asking.settle();
        other.settle();
        assertThat(asking.heard())
                .containsExactly(
                        "{\"return\": {}, \"id\": 1}",
                        "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 123456},"
                                + " \"event\": \"X_VMFERRY_POINT\", \"data\": {\"id\": 7}}");
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void aClientThatHasLeftIsGone() {
        MonitorClient client = ask().client();
        assertThat(client.gone()).isFalse();
        asking.session.closed();
        assertThat(client.gone()).isTrue();
        client.event(EVENT);
        asking.settle();
        assertThat(asking.heard()).isEmpty();
    }
}
