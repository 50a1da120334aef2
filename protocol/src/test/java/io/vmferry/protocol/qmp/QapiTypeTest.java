package io.vmferry.protocol.qmp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QapiTypeTest {

    private static final QapiType.Struct TYPE =
            QapiType.struct(
                    QapiType.required("text", new QapiType.Str()),
                    QapiType.optional("flag", new QapiType.Bool()),
                    QapiType.optional("number", new QapiType.Int()),
                    QapiType.optional("small", new QapiType.Uint(8)),
                    QapiType.optional("big", new QapiType.Uint(64)),
                    QapiType.optional("choice", new QapiType.Enumeration(List.of("a", "b"))),
                    QapiType.optional("creds", new QapiType.StrOrNull()),
                    QapiType.optional("any", new QapiType.Any()),
                    QapiType.optional(
                            "list",
                            new QapiType.ListOf(
                                    QapiType.struct(QapiType.required("in", new QapiType.Str())))),
                    QapiType.optional(
                            "names", new QapiType.ListOf(new QapiType.Enumeration(List.of("oob")))),
                    QapiType.optional(
                            "address",
                            new QapiType.Union(
                                    QapiType.struct(
                                            QapiType.required(
                                                    "type",
                                                    new QapiType.Enumeration(
                                                            List.of("inet", "unix", "none")))),
                                    "type",
                                    Map.of(
                                            "inet",
                                            QapiType.struct(
                                                    QapiType.required("port", new QapiType.Str())),
                                            "unix",
                                            QapiType.struct(
                                                    QapiType.required(
                                                            "path", new QapiType.Str()))))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{} # Parameter 'text' is missing",
                "{'x':1} # Parameter 'text' is missing",
                "{'text':'','x':1} # Parameter 'x' is unexpected",
                "{'text':5,'x':1} # Invalid parameter type for 'text', expected: string",
                "{'text':null} # Invalid parameter type for 'text', expected: string",
                "{'text':'','flag':1} # Invalid parameter type for 'flag', expected: boolean",
                "{'text':'','number':1.5} # Invalid parameter type for 'number', expected: integer",
                "{'text':'','number':18446744073709551615} # Invalid parameter type for 'number', expected: integer",
                "{'text':'','small':300} # Parameter 'small' expects uint8_t",
                "{'text':'','small':-1} # Parameter 'small' expects uint8_t",
                "{'text':'','small':'x'} # Parameter 'small' expects uint64",
                "{'text':'','big':18446744073709551616} # Parameter 'big' expects uint64",
                "{'text':'','big':true} # Parameter 'big' expects uint64",
                "{'text':'','big':1.0} # Parameter 'big' expects uint64",
                "{'text':'','choice':'c'} # Parameter 'choice' does not accept value 'c'",
                "{'text':'','choice':1} # Invalid parameter type for 'choice', expected: string",
                "{'text':'','creds':1} # Invalid parameter type for 'creds', expected: StrOrNull",
                "{'text':'','list':{}} # Invalid parameter type for 'list', expected: array",
                "{'text':'','list':[5]} # Invalid parameter type for 'list[0]', expected: object",
                "{'text':'','list':[{'in':'a'},{}]} # Parameter 'list[1].in' is missing",
                "{'text':'','list':[{'in':1}]} # Invalid parameter type for 'list[0].in', expected: string",
                "{'text':'','list':[{'in':'a','o':1}]} # Parameter 'list[0].o' is unexpected",
                "{'text':'','names':['foo']} # Parameter 'null' does not accept value 'foo'",
                "{'text':'','names':[5]} # Invalid parameter type for 'names[0]', expected: string",
                "{'text':'','address':{}} # Parameter 'address.type' is missing",
                "{'text':'','address':{'type':'inet'}} # Parameter 'address.port' is missing",
                "{'text':'','address':{'type':'unix','path':'p','port':'1'}} # Parameter 'address.port' is unexpected"
            })
    void theFirstMisfitIsNamedInQemusWords(String text, String complaint) {
        assertThatThrownBy(() -> TYPE.check(ClientCommandTest.json(text)))
                .isInstanceOf(QmpException.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'text':''}",
                "{'any':{'x':[]},'creds':null,'text':'','flag':false,'number':-5}",
                "{'text':'','small':255,'big':18446744073709551615}",
                "{'text':'','big':-1}",
                "{'text':'','list':[],'names':['oob','oob'],'choice':'b'}",
                "{'text':'','address':{'type':'inet','port':'1'}}",
                "{'text':'','address':{'type':'none'}}"
            })
    void whatFitsPasses(String text) {
        assertThatCode(() -> TYPE.check(ClientCommandTest.json(text))).doesNotThrowAnyException();
    }
}
