package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressArgumentsTest {

    private static final String MAIN =
            "{'channel-type':'main','addr':{'transport':'socket','type':'unix','path':'/m'}}";
    private static final String CPR =
            "{'channel-type':'cpr','addr':{'transport':'socket','type':'unix','path':'/c'}}";

    private static ObjectNode json(String text) throws JsonProcessingException {
        return (ObjectNode)
                new ObjectMapper()
                        .readTree(
                                text.replace("MAIN", MAIN).replace("CPR", CPR).replace('\'', '"'));
    }

    private static String address(String command, String profile, String arguments)
            throws JsonProcessingException, QmpException {
        Profile version = Named.find(Profile.class, profile).orElseThrow();
        ObjectNode read = json(arguments);
        AddressArguments named =
                command.equals("migrate") ? AddressArguments.MIGRATE : AddressArguments.INCOMING;
        (named == AddressArguments.MIGRATE
                        ? MigrationTypes.migrate(version)
                        : MigrationTypes.incoming(version))
                .check(read);
        return named.of(read, version, DescriptorNames.INHERITED).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "qemu-7.2  | {'uri':'tcp:h:1'} | tcp:h:1",
                "qemu-8.2  | {'channels':[MAIN]} | unix:/m",
                "qemu-11.1 | {'uri':'file:/x','channels':[]} | file:/x"
            })
    void oneOfTheTwoFormsIsEnough(String profile, String arguments, String uri) throws Exception {
        assertThat(address("migrate", profile, arguments)).isEqualTo(uri);
        assertThat(address("migrate-incoming", profile, arguments)).isEqualTo(uri);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "migrate|qemu-7.2|{}|Parameter 'uri' is missing",
                "migrate|qemu-7.2|{'uri':'a','channels':[]}|Parameter 'channels' is unexpected",
                "migrate|qemu-8.2|{}|neither 'uri' or 'channels' argument are specified in"
                        + " 'migrate' qmp command ",
                "migrate-incoming|qemu-8.2|{'uri':'tcp:h:1','channels':[]}|'uri' and 'channels'"
                        + " arguments are mutually exclusive; exactly one of the two should be"
                        + " present in 'migrate-incoming' qmp command ",
                "migrate|qemu-11.1|{}|need either 'uri' or 'channels' argument",
                "migrate|qemu-11.1|{'channels':[]}|need either 'uri' or 'channels' argument",
                "migrate|qemu-11.1|{'uri':'tcp:h:1','channels':[MAIN]}|need either 'uri' or"
                        + " 'channels' argument",
                "migrate|qemu-9.2|{'channels':[MAIN,MAIN]}|Channel list has more than one entries",
                "migrate|qemu-9.2|{'channels':[CPR]}|Parameter 'channel-type' does not accept"
                        + " value 'cpr'",
                "migrate|qemu-11.1|{'channels':[MAIN,MAIN]}|Channel list has more than one main"
                        + " entry",
                "migrate|qemu-11.1|{'channels':[CPR]}|Channel list has no main entry",
                "migrate|qemu-11.1|{'channels':[MAIN,CPR]}|channel type 'cpr' is not supported by"
                        + " vmferry",
                "migrate-incoming|qemu-11.1|{'channels':[MAIN,CPR]}|Channel list must have only"
                        + " one entry, for type 'main'",
                "migrate|qemu-8.2|{'channels':[{'channel-type':'main'}]}|Parameter"
                        + " 'channels[0].addr' is missing",
                "migrate|qemu-8.2|{'channels':[{'channel-type':'main','addr':{'transport':'x'}}]}|"
                        + "Parameter 'transport' does not accept value 'x'",
                "migrate|qemu-8.2|{'channels':[{'channel-type':'main','addr':{'transport':"
                        + "'socket','type':'inet','host':'h'}}]}|"
                        + "Parameter 'channels[0].addr.port' is missing",
                "migrate|qemu-7.2|{'uri':'file:/x'}|unknown migration protocol: file:/x"
            })
    void everyVersionRefusesInItsWords(
            String command, String profile, String arguments, String message) {
        assertThatThrownBy(() -> address(command, profile, arguments))
                .isInstanceOf(QmpException.class)
                .hasMessage(message);
    }

    @Test
    void aUriAloneIsReadInTheWordsOfTheProfile() throws Exception {
        assertThat(AddressArguments.ofUri("file:/x", Profile.QEMU_8_2, DescriptorNames.INHERITED))
                .hasToString("file:/x");
        assertThatThrownBy(() ->
                        AddressArguments.ofUri(
                                "file:/x", Profile.QEMU_7_2, DescriptorNames.INHERITED))
                .hasMessage("unknown migration protocol: file:/x");
    }
}
