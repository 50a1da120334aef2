package io.vmferry.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventTypesTest {

    private static final List<QmpEvent> ONE_OF_EACH =
            List.of(
                    new QmpEvent.Migration(MigrationStatus.ACTIVE),
                    new QmpEvent.MigrationPass(1),
                    new QmpEvent.Stop(),
                    new QmpEvent.Resume(),
                    new QmpEvent.Shutdown(false, "host-qmp-quit"),
                    new QmpEvent.UnplugPrimary("net0"),
                    new QmpEvent.ColoExit("primary", "request"));

    @Test
    void theListHasOneOfEach() {
        assertThat(ONE_OF_EACH.stream().map(QmpEvent::getClass))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.<Class<?>>asList(QmpEvent.class.getPermittedSubclasses()).stream()
                                // one that a fault plan adds is in no schema, our own are in
                                // that of whoever adds the command
                                .filter(type -> type != QmpEvent.Planned.class)
                                .filter(type -> type != QmpEvent.Own.class)
                                .map(type -> type.asSubclass(QmpEvent.class))
                                .toList());
    }

    @ParameterizedTest
    @EnumSource
    void theDataOfEveryEventFitsItsType(Profile profile) {
        List<EventSpec> specs = EventTypes.all(profile);
        assertThat(specs.stream().map(EventSpec::name))
                .containsExactlyInAnyOrderElementsOf(
                        ONE_OF_EACH.stream().map(QmpEvent::name).toList());
        for (QmpEvent event : ONE_OF_EACH) {
            EventSpec spec =
                    specs.stream()
                            .filter(s -> s.name().equals(event.name()))
                            .findFirst()
                            .orElseThrow();
            assertThatCode(() ->
                            spec.data()
                                    .check(
                                            event.data()
                                                    .orElseGet(
                                                            JsonNodeFactory.instance::objectNode)))
                    .as(event.name())
                    .doesNotThrowAnyException();
        }
    }
}
