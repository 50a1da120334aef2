package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.machine.tls.TlsEndpoint;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected texts were recorded from QEMU 7.2, 10.0 and 11.1 for the same commands. */
class ObjectCommandsTest {

    private static final List<String> DONE = List.of("{}");

    @TempDir Path directory;
    private final ObjectStore objects = new ObjectStore(Profile.QEMU_11_1, false);
    private final Asked asked = asked(Profile.QEMU_11_1, objects);

    private static Asked asked(Profile profile, ObjectStore objects) {
        CommandTable.Builder table = CommandTable.builder(profile);
        new ObjectCommands(profile, objects, Runnable::run).addTo(table);
        return new Asked(table);
    }

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(directory.resolve("psk"));
        Files.writeString(directory.resolve("psk/keys.psk"), "qemu:0011\nbad:zz\n");
    }

    private List<String> add(String type, String id, String more) {
        return asked.ask(
                "object-add",
                "{'qom-type':'%s','id':'%s'%s}"
                        .formatted(type, id, more.replace("$HERE", directory.toString())));
    }

    @Test
    void anObjectIsThereUntilItIsDeleted() throws Exception {
        TestAuthority.goodFolder(directory);
        assertThat(add("tls-creds-x509", "tls0", ",'endpoint':'server','dir':'$HERE/good'"))
                .isEqualTo(DONE);
        assertThat(objects.credentials("tls0", TlsEndpoint.SERVER).endpoint())
                .isEqualTo(TlsEndpoint.SERVER);
        assertThat(asked.ask("object-del", "{'id':'tls0'}")).isEqualTo(DONE);
        assertThat(asked.ask("object-del", "{'id':'tls0'}"))
                .containsExactly("error: object 'tls0' not found");
        assertThat(add("tls-creds-anon", "tls0", "")).isEqualTo(DONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nothing|x||Parameter 'qom-type' does not accept value 'nothing'",
                "secret|1a|,'data':'x'|Parameter 'id' expects an identifier",
                "secret|``|,'data':'x'|Parameter 'id' expects an identifier",
                "secret|s|,'data':'x','props':{}|Parameter 'props' is unexpected",
                "secret|s||Either 'file' or 'data' must be provided",
                "secret|s|,'data':'x','file':'y'|'file' and 'data' are mutually exclusive",
                "secret|s|,'file':'/nowhere'|Unable to read /nowhere: Failed to open file “/nowhere”: No such file or directory",
                "secret|s|,'data':'%','format':'base64'|Base64 data contains invalid characters",
                "secret|s|,'data':'x','format':'hex'|Parameter 'format' does not accept value 'hex'",
                "secret|s|,'data':'x','keyid':'none'|No secret with id 'none'",
                "secret|s|,'data':'x','keyid':'short'|Key should be 32 bytes in length",
                "secret|s|,'data':'x','keyid':'key'|IV is required to decrypt secret",
                "secret|s|,'data':'x','keyid':'key','iv':'AAAA'|IV should be 16 bytes in length not 3",
                "secret|s|,'data':'x','keyid':'key','iv':'AAAAAAAAAAAAAAAAAAAAAA=='|Length 1 must be a multiple of block size 16",
                "secret|s|,'data':'x','keyid':'who'|Object with id 'who' is not a secret",
                "secret|key|,'data':'x'|attempt to add duplicate property 'key' to object (type 'container')",
                "authz-simple|z||Parameter 'identity' is missing",
                "authz-list|z|,'policy':'maybe'|Parameter 'policy' does not accept value 'maybe'",
                "authz-list|z|,'rules':[{'match':'x'}]|Parameter 'rules[0].policy' is missing",
                "authz-listfile|z|,'filename':'$HERE/none'|Unable to read '$HERE/none': Failed to open file “$HERE/none”: No such file or directory",
                "tls-creds-x509|t|,'endpoint':'both'|Parameter 'endpoint' does not accept value 'both'",
                "tls-creds-x509|t|,'username':'x'|Parameter 'username' is unexpected",
                "tls-creds-x509|t|,'loaded':true|Parameter 'loaded' is unexpected",
                "tls-creds-x509|t||Missing 'dir' property value",
                "tls-creds-x509|t|,'dir':'$HERE/none'|Unable to access credentials $HERE/none/ca-cert.pem: No such file or directory",
                "tls-creds-psk|t||Missing 'dir' property value",
                "tls-creds-psk|t|,'dir':'$HERE/none'|Unable to access credentials $HERE/none/keys.psk: No such file or directory",
                "tls-creds-psk|t|,'dir':'$HERE/psk','username':'nobody'|Username nobody not found in PSK file $HERE/psk/keys.psk",
                "tls-creds-psk|t|,'dir':'$HERE/psk','username':'bad'|Cannot set PSK client credentials: Error in parsing.",
                "tls-creds-psk|t|,'dir':'$HERE/psk','endpoint':'server','username':'qemu'|username should not be set when endpoint=server"
            })
    void whatCannotBeMadeIsRefusedInQemusWords(String type, String id, String more, String text) {
        assertThat(add("secret", "short", ",'data':'hello'")).isEqualTo(DONE);
        assertThat(
                        add(
                                "secret",
                                "key",
                                ",'format':'base64','data':'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='"))
                .isEqualTo(DONE);
        assertThat(add("authz-simple", "who", ",'identity':'CN=x'")).isEqualTo(DONE);
        assertThat(add(type, id, more == null ? "" : more))
                .containsExactly("error: " + text.replace("$HERE", directory.toString()));
    }

    @Test
    void oldVersionsDeclareLoadedAndRefuseIt() {
        Asked old = asked(Profile.QEMU_7_2, new ObjectStore(Profile.QEMU_7_2, false));
        assertThat(old.ask("object-add", "{'qom-type':'tls-creds-anon','id':'t','loaded':true}"))
                .containsExactly("error: Property 'tls-creds-anon.loaded' is not writable");
    }

    @Test
    void asQemuNoFileOfRulesCanBeUsed() {
        Asked strict = asked(Profile.QEMU_11_1, new ObjectStore(Profile.QEMU_11_1, true));
        assertThat(
                        strict.ask(
                                "object-add",
                                "{'qom-type':'authz-listfile','id':'z','filename':'/none'}"))
                .containsExactly("error: invalid object type: authz-listfile");
    }

    @Test
    void aFailedObjectLeavesItsIdFree() {
        assertThat(add("tls-creds-psk", "t", ""))
                .containsExactly("error: Missing 'dir' property value");
        assertThat(add("tls-creds-anon", "t", "")).isEqualTo(DONE);
    }

    @Test
    void objectsAreLimited() throws CredentialsException {
        for (int i = 0; i < 256; i++) {
            assertThat(add("secret", "s" + i, ",'data':'x'")).isEqualTo(DONE);
        }
        assertThat(add("secret", "more", ",'data':'x'"))
                .containsExactly("error: 256 objects exist already, which is the limit");
    }
}
