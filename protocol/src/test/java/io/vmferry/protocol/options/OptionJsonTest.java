package io.vmferry.protocol.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.JsonText;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.OptionTypes;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionJsonTest {

    /** The parameters that a QEMU 7.2 returns right after its start. */
    private static final String DEFAULTS_7_2 =
            """
            {"cpu-throttle-tailslow": false, "xbzrle-cache-size": 67108864,
            "cpu-throttle-initial": 20, "announce-max": 550, "decompress-threads": 2,
            "compress-threads": 8, "compress-level": 1, "multifd-channels": 2,
            "multifd-zstd-level": 1, "announce-initial": 50, "block-incremental": false,
            "compress-wait-thread": true, "downtime-limit": 300, "tls-authz": "",
            "multifd-compression": "none", "announce-rounds": 5, "announce-step": 100,
            "tls-creds": "", "multifd-zlib-level": 1, "max-cpu-throttle": 99,
            "max-postcopy-bandwidth": 0, "tls-hostname": "", "throttle-trigger-threshold": 50,
            "max-bandwidth": 134217728, "x-checkpoint-delay": 20000,
            "cpu-throttle-increment": 10}
            """;

    private static JsonNode json(String text) throws Exception {
        return new JsonMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void theDefaultsOf72AreThoseOfThatVersion() throws Exception {
        // Compared as text: a parsed JSON number may be an int where the reply has a long.
        JsonNode printed =
                json(JsonText.print(OptionJson.parameters(Parameters.defaults(Profile.QEMU_7_2))));
        assertThat(printed).isEqualTo(json(DEFAULTS_7_2));
    }

    @Test
    void theNewestReturnsEveryMemberButTheMapping() {
        Set<String> names = new TreeSet<>();
        OptionJson.parameters(Parameters.defaults(Profile.QEMU_11_1))
                .fieldNames()
                .forEachRemaining(names::add);
        assertThat(names)
                .hasSize(30)
                .contains("cpr-exec-command", "mode", "direct-io", "zero-page-detection")
                .doesNotContain("block-bitmap-mapping", "compress-level");
    }

    @Test
    void changesAreReadFromArguments() throws Exception {
        JsonNode arguments =
                json(
                        "{'max-bandwidth': 18446744073709551615, 'tls-creds': null,"
                                + " 'cpu-throttle-tailslow': true, 'multifd-compression': 'zstd',"
                                + " 'downtime-limit': 7}");
        OptionTypes.setParameters(Profile.DEFAULT).check(arguments);
        Map<Parameter, Object> changes = OptionJson.parameterChanges(arguments);
        assertThat(changes)
                .containsOnly(
                        Map.entry(Parameter.MAX_BANDWIDTH, -1L),
                        Map.entry(Parameter.TLS_CREDS, ""),
                        Map.entry(Parameter.CPU_THROTTLE_TAILSLOW, true),
                        Map.entry(Parameter.MULTIFD_COMPRESSION, "zstd"),
                        Map.entry(Parameter.DOWNTIME_LIMIT, 7L));
        Parameters parameters =
                Parameters.defaults(Profile.DEFAULT)
                        .with(changes, EnumSet.allOf(Parameter.class), Capabilities.none());
        assertThat(JsonText.print(OptionJson.parameters(parameters)))
                .contains("\"max-bandwidth\": 18446744073709551615");
    }

    @Test
    void ofACapabilityNamedTwiceTheLastCounts() throws Exception {
        JsonNode arguments =
                json(
                        "{'capabilities':[{'capability':'events','state':true},"
                                + "{'state':false,'capability':'events'}]}");
        OptionTypes.setCapabilities(Profile.DEFAULT).check(arguments);
        assertThat(OptionJson.capabilityChanges(arguments))
                .containsExactly(Map.entry(Capability.EVENTS, false));
        assertThat(JsonText.print(OptionJson.capabilities(Capabilities.none(), Profile.QEMU_7_2)))
                .startsWith("[{\"state\": false, \"capability\": \"xbzrle\"}, ")
                .endsWith("{\"state\": false, \"capability\": \"postcopy-preempt\"}]");
    }

    /** The errors are those of a real QEMU 7.2 for the same arguments. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{} # Parameter 'capabilities' is missing",
                "{'capabilities':{}} # Invalid parameter type for 'capabilities', expected: array",
                "{'capabilities':[5]} # Invalid parameter type for 'capabilities[0]', expected: object",
                "{'capabilities':[{}]} # Parameter 'capabilities[0].capability' is missing",
                "{'capabilities':[{'capability':'events'}]} # Parameter 'capabilities[0].state' is missing",
                "{'capabilities':[{'capability':'nope','state':true}]} # Parameter 'capability' does not accept value 'nope'",
                "{'capabilities':[{'capability':'events','state':1}]} # Invalid parameter type for 'capabilities[0].state', expected: boolean",
                "{'capabilities':[{'capability':'events','state':true,'x':1}]} # Parameter 'capabilities[0].x' is unexpected"
            })
    void badCapabilityArgumentsAreRefusedInQemusWords(String text, String refusal)
            throws Exception {
        JsonNode arguments = json(text);
        assertThatThrownBy(() -> OptionTypes.setCapabilities(Profile.QEMU_7_2).check(arguments))
                .isInstanceOf(QmpException.class)
                .hasMessage(refusal);
    }

    /** The errors are those of a real QEMU 7.2 for the same arguments. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{'bogus':1} # Parameter 'bogus' is unexpected",
                "{'mode':'normal'} # Parameter 'mode' is unexpected",
                "{'max-bandwidth':'5'} # Parameter 'max-bandwidth' expects uint64",
                "{'cpu-throttle-initial':300} # Parameter 'cpu-throttle-initial' expects uint8_t",
                "{'x-checkpoint-delay':4294967296} # Parameter 'x-checkpoint-delay' expects uint32_t",
                "{'multifd-compression':'qpl'} # Parameter 'multifd-compression' does not accept value 'qpl'",
                "{'tls-creds':5} # Invalid parameter type for 'tls-creds', expected: StrOrNull",
                "{'block-bitmap-mapping':5} # Invalid parameter type for 'block-bitmap-mapping', expected: array",
                "{'block-bitmap-mapping':[{}]} # Parameter 'block-bitmap-mapping[0].node-name' is missing"
            })
    void badParameterArgumentsAreRefusedInQemusWords(String text, String refusal) throws Exception {
        JsonNode arguments = json(text);
        assertThatThrownBy(() -> OptionTypes.setParameters(Profile.QEMU_7_2).check(arguments))
                .isInstanceOf(QmpException.class)
                .hasMessage(refusal);
    }
}
