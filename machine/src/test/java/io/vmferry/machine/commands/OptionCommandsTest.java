package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;

class OptionCommandsTest {

    private final MigrationOptions options =
            new MigrationOptions(
                    Profile.DEFAULT, Capabilities.none(), Parameters.defaults(Profile.DEFAULT));
    private boolean running;
    private int told;
    private final Asked asked = asked();

    private Asked asked() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new OptionCommands(
                        options,
                        new OptionCommands.ConfiguredMigration() {
                            @Override
                            public boolean running() {
                                return running;
                            }

                            @Override
                            public void parametersChanged() {
                                told++;
                            }
                        })
                .addTo(table);
        return new Asked(table);
    }

    private static String capability(String name, boolean state) {
        return "{'capabilities':[{'capability':'%s','state':%s}]}".formatted(name, state);
    }

    @Test
    void setsCapabilitiesAndShowsAll() {
        assertThat(asked.ask("migrate-set-capabilities", capability("events", true)))
                .containsExactly("{}");
        assertThat(options.capabilities().has(Capability.EVENTS)).isTrue();
        assertThat(asked.ask("query-migrate-capabilities").getFirst())
                .contains("{'state':true,'capability':'events'}")
                .contains("{'state':false,'capability':'multifd'}");
    }

    @Test
    void refusesWhatIsNotBuilt() {
        assertThat(asked.ask("migrate-set-capabilities", capability("mapped-ram", true)))
                .containsExactly("error: Capability 'mapped-ram' is not built into vmferry yet");
        assertThat(asked.ask("migrate-set-capabilities", capability("mapped-ram", false)))
                .containsExactly("{}");
        assertThat(told).isZero();
    }

    @Test
    void keepsParametersOfWhatIsNotBuilt() {
        assertThat(asked.ask("migrate-set-parameters", "{'multifd-channels':5}"))
                .containsExactly("{}");
        assertThat(asked.ask("query-migrate-parameters").getFirst())
                .contains("'multifd-channels':5");
    }

    @Test
    void capabilitiesStayDuringAMigration() {
        running = true;
        assertThat(asked.ask("migrate-set-capabilities", capability("events", true)))
                .containsExactly("error: There's a migration process in progress");
        assertThat(options.capabilities().has(Capability.EVENTS)).isFalse();
    }

    @Test
    void parametersChangeAtAnyTimeAndAllOrNone() {
        running = true;
        assertThat(asked.ask("migrate-set-parameters", "{'downtime-limit':77}"))
                .containsExactly("{}");
        assertThat(told).isEqualTo(1);
        assertThat(
                        asked.ask(
                                "migrate-set-parameters",
                                "{'downtime-limit':78,'cpu-throttle-initial':0}"))
                .singleElement()
                .asString()
                .startsWith("error: ");
        assertThat(options.parameters().downtimeLimitMillis()).isEqualTo(77);
        assertThat(asked.ask("query-migrate-parameters").getFirst())
                .contains("'downtime-limit':77,");
    }
}
