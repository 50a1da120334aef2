package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpReply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSchemaTest {

    private static JsonNode json(String text) throws Exception {
        return Arguments.JSON.readTree(text);
    }

    private static ServerSchema schema() throws Exception {
        return ServerSchema.of(
                json("[{'name': 'query-migrate'}, {'name': 'set'}]"),
                json(
                        """
                        [{'name': 'set', 'meta-type': 'command', 'arg-type': '0'},
                         {'name': '0', 'meta-type': 'object',
                          'members': [{'name': 'max-bandwidth', 'type': 'int'}]}]
                        """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "query-migrte | CommandNotFound | The command has not been found |"
                        + " , did you mean 'query-migrate'?",
                "fly | CommandNotFound | The command has not been found | \"\"",
                "help | CommandNotFound | The command has not been found |"
                        + " ; help is for the prompt, which opens without a COMMAND",
                "set | GenericError | Parameter 'max-bandwith' is unexpected |"
                        + " , did you mean 'max-bandwidth'?",
                "set | GenericError | Parameter 'speed' is unexpected | \"\"",
                "stop | GenericError | Parameter 'max-bandwith' is unexpected | \"\"",
                "set | GenericError | There is no migration | \"\""
            })
    void whatARefusedWordMayHaveMeant(
            String command, String errorClass, String description, String question)
            throws Exception {
        QmpReply refusal =
                new QmpReply(
                        json(
                                "{'error': {'class': '%s', 'desc': \"%s\"}}"
                                        .formatted(errorClass, description)));
        assertThat(schema().meant(QmpCall.of(command), refusal)).isEqualTo(question);
        assertThat(ServerSchema.mayBeMistyped(refusal))
                .isEqualTo(!description.startsWith("There is"));
    }
}
