package io.vmferry.protocol.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCommandTest {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCommandHasANameAndMayHaveArgumentsAndAnId() throws QmpException {
        ClientCommand bare = ClientCommand.parse(json("{'execute':'stop'}"), false);
        assertThat(bare.name()).isEqualTo("stop");
        assertThat(bare.id()).isEmpty();
        assertThat(bare.arguments()).isEmpty();
        assertThat(bare.outOfBand()).isFalse();

        ClientCommand full =
                ClientCommand.parse(json("{'id':[1],'exec-oob':'x','arguments':{'a':2}}"), true);
        assertThat(full.name()).isEqualTo("x");
        assertThat(full.id()).contains(json("[1]"));
        assertThat(full.arguments()).isEqualTo(json("{'a':2}"));
        assertThat(full.outOfBand()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "[] # QMP input must be a JSON object",
                "5 # QMP input must be a JSON object",
                "{} # QMP input lacks member 'execute'",
                "{'id':1} # QMP input lacks member 'execute'",
                "{'execute':1} # QMP input member 'execute' must be a string",
                "{'exec-oob':1} # QMP input member 'exec-oob' must be a string",
                "{'execute':'a','exec-oob':'b'} # QMP input member 'execute' clashes with 'exec-oob'",
                "{'execute':'a','arguments':[]} # QMP input member 'arguments' must be an object",
                "{'execute':'a','arguments':null} # QMP input member 'arguments' must be an object",
                "{'execute':'a','foo':1} # QMP input member 'foo' is unexpected"
            })
    void anythingElseIsRefusedInQemusWords(String text, String refusal) {
        assertThatThrownBy(() -> ClientCommand.parse(json(text), true))
                .isInstanceOf(QmpException.class)
                .hasMessage(refusal)
                .satisfies(e ->
                        assertThat(((QmpException) e).errorClass())
                                .isEqualTo(QmpErrorClass.GENERIC_ERROR));
    }

    @Test
    void outOfBandMustBeNegotiated() {
        assertThatThrownBy(() -> ClientCommand.parse(json("{'exec-oob':'a'}"), false))
                .hasMessage("QMP input member 'exec-oob' is unexpected");
    }
}
