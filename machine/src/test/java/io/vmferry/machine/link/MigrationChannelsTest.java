package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationChannelsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** JSON with single quotes, or only the address of the one main channel. */
    private static JsonNode json(String text) throws JsonProcessingException {
        String whole =
                text.startsWith("{") ? "[{'channel-type':'main','addr':" + text + "}]" : text;
        return JSON.readTree(whole.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'transport':'socket','type':'inet','host':'::1','port':'44'} | tcp:[::1]:44",
                "{'transport':'socket','type':'unix','path':'/run/m'} | unix:/run/m",
                "{'transport':'file','filename':'/x','offset':512} | file:/x,offset=512",
            })
    void meansTheSameAsTheUri(String address, String uri) throws Exception {
        assertThat(MigrationChannels.parse(json(address))).hasToString(uri);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | Channel list has no main entry",
                "[1,2] | Channel list has more than one entries",
                "[1] | Invalid parameter type for 'channels[0]', expected: object",
                "[{'channel-type':'main'}] | Parameter 'channels[0].addr' is missing",
                "[{'channel-type':'x','addr':{}}] | Parameter 'channels[0].channel-type' does not"
                        + " accept value 'x'",
                "{'transport':'exec','args':['a']} | migration protocol 'exec' is not supported by"
                        + " vmferry",
                "{'transport':'socket','type':'fd','str':'7'} | migration protocol 'fd' is not"
                        + " supported by vmferry",
                "{'transport':'x'} | Parameter 'channels[0].addr.transport' does not accept value"
                        + " 'x'",
                "{'transport':'socket','type':'inet','host':'h'} | Parameter"
                        + " 'channels[0].addr.port' is missing",
                "{'transport':'socket','type':'inet','host':'h','port':1} | Invalid parameter type"
                        + " for 'channels[0].addr.port', expected: string",
                "{'transport':'socket','type':'unix','path':'p','y':1} | Parameter"
                        + " 'channels[0].addr.y' is unexpected",
                "{'transport':'file','filename':'x'} | Parameter 'channels[0].addr.offset' is"
                        + " missing",
                "{'transport':'file','filename':'x','offset':-1} | Invalid parameter type for"
                        + " 'channels[0].addr.offset', expected: uint64",
            })
    void saysWhatIsWrong(String channels, String message) {
        assertThatThrownBy(() -> MigrationChannels.parse(json(channels)))
                .isInstanceOf(AddressException.class)
                .hasMessage(message);
    }

    @Test
    void exactlyOneFormMustBeGiven() throws Exception {
        JsonNode channels = json("{'transport':'file','filename':'/x','offset':0}");
        assertThat(MigrationChannels.choose("migrate", null, channels)).hasToString("file:/x");
        assertThat(MigrationChannels.choose("migrate", "tcp:a:1", null)).hasToString("tcp:a:1");
        assertThatThrownBy(() -> MigrationChannels.choose("migrate", "tcp:a:1", channels))
                .hasMessageContaining("mutually exclusive");
        assertThatThrownBy(() -> MigrationChannels.choose("migrate-incoming", null, null))
                .hasMessageContaining("neither")
                .hasMessageContaining("migrate-incoming");
    }
}
