package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vmferry.tools.shell.HelpText.LocalWord;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionsTest {

    /** In the form of QEMU's reply to query-qmp-schema, with its numbers for types. */
    private static final String SCHEMA =
            """
            [{"name":"migrate-set-capabilities","meta-type":"command","arg-type":"1","ret-type":"0"},
             {"name":"1","meta-type":"object",
              "members":[{"name":"capabilities","type":"[2]"}]},
             {"name":"[2]","meta-type":"array","element-type":"2"},
             {"name":"2","meta-type":"object",
              "members":[{"name":"capability","type":"3"},{"name":"state","type":"bool"}]},
             {"name":"3","meta-type":"enum","values":["events","return-path"]},
             {"name":"bool","meta-type":"builtin","json-type":"boolean"},
             {"name":"str","meta-type":"builtin","json-type":"string"},
             {"name":"migrate","meta-type":"command","arg-type":"4","ret-type":"0"},
             {"name":"4","meta-type":"object",
              "members":[{"name":"uri","type":"str"},
                         {"name":"resume","type":"bool","default":null}]},
             {"name":"tls","meta-type":"command","arg-type":"5","ret-type":"0"},
             {"name":"5","meta-type":"object","members":[{"name":"creds","type":"6"}]},
             {"name":"6","meta-type":"alternate","members":[{"type":"str"},{"type":"null"}]},
             {"name":"stop","meta-type":"command","arg-type":"0","ret-type":"0"},
             {"name":"0","meta-type":"object","members":[]}]
            """;

    private static final String COMMANDS =
            """
            [{"name":"stop"},{"name":"migrate"},{"name":"migrate-set-capabilities"}]
            """;

    private static ServerSchema introspection(boolean withSchema) {
        try {
            ObjectMapper json = new ObjectMapper();
            JsonNode schema = withSchema ? json.readTree(SCHEMA) : MissingNode.getInstance();
            return ServerSchema.of(json.readTree(COMMANDS), schema);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> complete(boolean withSchema, String line) {
        CompletingParsedLine parsed =
                (CompletingParsedLine)
                        new LineParser().parse(line, line.length(), Parser.ParseContext.COMPLETE);
        List<String> texts = new ArrayList<>();
        Completions completions = new Completions(introspection(withSchema), LocalWord.words());
        for (Candidate candidate :
                completions.of(parsed.words().subList(0, parsed.wordIndex()), parsed.word())) {
            if (candidate.value().startsWith(parsed.word())) {
                texts.add(candidate.value());
            }
        }
        return texts;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mig|migrate;migrate-set-capabilities",
                "--oob st|stop",
                "help mig|migrate;migrate-set-capabilities",
                "ex|exit",
                "'migrate '|uri=;resume=",
                "migrate r|resume=",
                "migrate uri=x r|resume=",
                "'migrate uri=x '|resume=",
                "'tls '|creds=",
                "migrate resume=|resume=true;resume=false",
                "migrate uri=x resume=f|resume=false",
                "'--oob migrate '|uri=;resume=",
                "'migrate-set-capabilities '|capabilities.",
                "migrate-set-capabilities capabilities.|capabilities.0.",
                "migrate-set-capabilities capabilities.0.|capabilities.0.capability=;capabilities.0.state=",
                "migrate-set-capabilities capabilities.0.capability=|capabilities.0.capability=events;capabilities.0.capability=return-path",
                "migrate-set-capabilities capabilities.0.capability=r|capabilities.0.capability=return-path",
                "migrate-set-capabilities capabilities.0.capability=events capabilities.0.|capabilities.0.state=",
                "migrate-set-capabilities capabilities.0.state=|capabilities.0.state=true;capabilities.0.state=false",
                "migrate-set-capabilities capabilities.0.state=true capabilities.|capabilities.1.;capabilities.0."
            })
    void whatTheServerSaysIsCompleted(String line, String candidates) {
        assertThat(complete(true, line)).containsExactlyInAnyOrder(candidates.split(";", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'stop '",
                "'fly '",
                "migrate uri=",
                "migrate nothing.",
                "migrate nothing=",
                "migrate-set-capabilities capabilities.0.nothing."
            })
    void nothingIsInvented(String line) {
        assertThat(complete(true, line)).isEmpty();
    }

    @Test
    void withoutSchemaOnlyNamesAreKnown() {
        assertThat(complete(false, "migrate-")).containsExactly("migrate-set-capabilities");
        assertThat(complete(false, "migrate ")).isEmpty();
        assertThat(new HelpText(introspection(false), 80).of(List.of("migrate")))
                .isEqualTo("migrate: the server does not say what it takes");
    }

    @Test
    void helpSaysWhatACommandTakes() {
        HelpText help = new HelpText(introspection(true), 80);
        assertThat(new HelpText(introspection(true), 30).of(List.of()).lines().toList())
                .as("the list of commands, which a narrow terminal does not break within a word")
                .last(InstanceOfAssertFactories.STRING)
                .hasSizeLessThanOrEqualTo(30);
        assertThat(help.of(List.of("migrate")))
                .isEqualTo("migrate\n  uri: string\n  resume (optional): boolean");
        assertThat(help.of(List.of("stop"))).isEqualTo("stop: no arguments");
        assertThat(help.of(List.of("fly"))).isEqualTo("The server has no command fly");
        assertThat(help.of(List.of())).contains("migrate-set-capabilities", "--oob", "watch");
    }

    @Test
    void anOpenBracketGoesOnInTheNextLine() {
        LineParser parser = new LineParser();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> parser.parse("a b={", 5, Parser.ParseContext.ACCEPT_LINE))
                .isInstanceOf(EOFError.class);
        assertThat(parser.parse("a b={}", 6, Parser.ParseContext.ACCEPT_LINE).words())
                .containsExactly("a", "b={}");
    }
}
