package io.vmferry.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaIntrospectionTest {

    private static final List<EventSpec> NO_EVENTS = List.of();

    @Test
    void aCommandWithoutTypesSharesTheEmptyObject() {
        assertThat(lines(List.of(CommandSpec.of("stop"), CommandSpec.of("cont")), NO_EVENTS))
                .containsExactly(
                        "{'name':'stop','meta-type':'command','arg-type':'0','ret-type':'0'}",
                        "{'name':'cont','meta-type':'command','arg-type':'0','ret-type':'0'}",
                        "{'name':'0','meta-type':'object','members':[]}");
    }

    @Test
    void everyKindOfTypeIsDescribed() {
        QapiType.Struct arguments =
                QapiType.struct(
                        QapiType.required("small", new QapiType.Uint(8)),
                        QapiType.optional("creds", new QapiType.StrOrNull()),
                        QapiType.optional("sizes", new QapiType.ListOf(new QapiType.Uint(64)))
                                .with(QapiType.UNSTABLE),
                        QapiType.optional(
                                "mode",
                                new QapiType.Enumeration(
                                        List.of("a", "b"), Map.of("b", QapiType.DEPRECATED))));
        CommandSpec command =
                CommandSpec.of("set")
                        .takes(arguments)
                        .returns(new QapiType.Any())
                        .allowOutOfBand()
                        .feature(QapiType.UNSTABLE);
        assertThat(lines(List.of(command), NO_EVENTS))
                .containsExactly(
                        "{'name':'set','meta-type':'command','arg-type':'1','ret-type':'any',"
                                + "'allow-oob':true,'features':['unstable']}",
                        "{'name':'0','meta-type':'object','members':[]}",
                        "{'name':'1','meta-type':'object','members':["
                                + "{'name':'small','type':'int'},"
                                + "{'name':'creds','default':null,'type':'2'},"
                                + "{'name':'sizes','default':null,'type':'[int]',"
                                + "'features':['unstable']},"
                                + "{'name':'mode','default':null,'type':'3'}]}",
                        "{'name':'any','meta-type':'builtin','json-type':'value'}",
                        "{'name':'int','meta-type':'builtin','json-type':'int'}",
                        "{'name':'2','meta-type':'alternate','members':"
                                + "[{'type':'str'},{'type':'null'}]}",
                        "{'name':'null','meta-type':'builtin','json-type':'null'}",
                        "{'name':'[int]','meta-type':'array','element-type':'int'}",
                        "{'name':'3','meta-type':'enum','members':[{'name':'a'},"
                                + "{'name':'b','features':['deprecated']}],'values':['a','b']}",
                        "{'name':'str','meta-type':'builtin','json-type':'string'}");
    }

    @Test
    void aUnionNamesItsTagAndItsVariants() {
        QapiType.Struct path = QapiType.struct(QapiType.required("path", new QapiType.Str()));
        QapiType.Struct base =
                QapiType.struct(
                        QapiType.required("type", new QapiType.Enumeration(List.of("unix"))));
        CommandSpec command =
                CommandSpec.of("get")
                        .returns(new QapiType.Union(base, "type", Map.of("unix", path)));
        assertThat(lines(List.of(command), NO_EVENTS))
                .contains(
                        "{'name':'1','meta-type':'object','members':[{'name':'type','type':'2'}],"
                                + "'tag':'type','variants':[{'case':'unix','type':'3'}]}",
                        "{'name':'3','meta-type':'object','members':"
                                + "[{'name':'path','type':'str'}]}");
    }

    @ParameterizedTest
    @EnumSource
    void theSchemaOfAllTypesIsCompleteAndFitsItsOwnDescription(Profile profile)
            throws QmpException {
        ArrayNode schema = SchemaIntrospection.of(everything(profile), EventTypes.all(profile));

        QapiType.struct(QapiType.required("schema", SchemaIntrospection.returnType()))
                .check(schema.objectNode().set("schema", schema));
        List<String> names = new ArrayList<>();
        schema.forEach(entry -> names.add(entry.get("name").asText()));
        assertThat(names).doesNotHaveDuplicates();
        assertThat(names).containsAll(references(schema));
    }

    private static List<CommandSpec> everything(Profile profile) {
        return List.of(
                CommandSpec.of("query-qmp-schema").returns(SchemaIntrospection.returnType()),
                CommandSpec.of("query-migrate").returns(MigrationTypes.info(profile)),
                CommandSpec.of("migrate").takes(MigrationTypes.migrate(profile)),
                CommandSpec.of("migrate-incoming").takes(MigrationTypes.incoming(profile)),
                CommandSpec.of("migrate-continue").takes(MigrationTypes.proceed(profile)),
                CommandSpec.of("migrate-set-parameters").takes(OptionTypes.setParameters(profile)),
                CommandSpec.of("query-migrate-parameters").returns(OptionTypes.parameters(profile)),
                CommandSpec.of("migrate-set-capabilities")
                        .takes(OptionTypes.setCapabilities(profile)),
                CommandSpec.of("query-status").returns(GuestTypes.status(profile)),
                CommandSpec.of("query-version").returns(GuestTypes.VERSION));
    }

    /** The names of all types that entries of the schema refer to. */
    private static Set<String> references(ArrayNode schema) {
        Set<String> references = new HashSet<>();
        for (JsonNode entry : schema) {
            for (String key : List.of("arg-type", "ret-type", "element-type")) {
                if (entry.has(key)) {
                    references.add(entry.get(key).asText());
                }
            }
            for (String key : List.of("members", "variants")) {
                for (JsonNode part : entry.path(key)) {
                    if (part.has("type")) {
                        references.add(part.get("type").asText());
                    }
                }
            }
        }
        return references;
    }

    private static List<String> lines(List<CommandSpec> commands, List<EventSpec> events) {
        List<String> lines = new ArrayList<>();
        SchemaIntrospection.of(commands, events)
                .forEach(entry -> lines.add(entry.toString().replace('"', '\'')));
        return lines;
    }
}
