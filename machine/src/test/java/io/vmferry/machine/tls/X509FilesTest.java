package io.vmferry.machine.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.tls.TestAuthority.Issued;
import io.vmferry.machine.tls.TestAuthority.Leaf;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Expected texts were recorded from QEMU 7.2 and 11.1 for such files. */
class X509FilesTest {

    private static final Profile OLD = Profile.QEMU_7_2;
    private static final Profile NEW = Profile.QEMU_11_1;

    @TempDir Path directory;
    private final TestAuthority authority = new TestAuthority("Test CA");
    private Path good;

    @BeforeEach
    void files() {
        good = directory.resolve("good");
        authority.into(good);
        TestAuthority.write(authority.issue(new Leaf("localhost")), good, "server");
        TestAuthority.write(authority.issue(new Leaf("client")), good, "client");
    }

    private TlsCredentials.X509 load(Profile profile, TlsEndpoint end, boolean sanity)
            throws CredentialsException {
        return new X509Files(profile, end, Optional.of(good.toString()), Optional.empty(), sanity)
                .load(Optional.empty(), true);
    }

    private void refused(Profile profile, TlsEndpoint end, String text) {
        assertThatThrownBy(() -> load(profile, end, true))
                .hasMessage(text.replace("$", good + "/"));
    }

    private void server(Leaf leaf) {
        TestAuthority.write(authority.issue(leaf), good, "server");
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void bothEndsHaveACertificate(Profile profile) throws CredentialsException {
        assertThat(load(profile, TlsEndpoint.SERVER, true).identities()).hasSize(1);
        assertThat(load(profile, TlsEndpoint.CLIENT, true).identities()).hasSize(1);
        assertThat(load(profile, TlsEndpoint.CLIENT, true).toString()).doesNotContain("PrivateKey");
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void aClientNeedsNone(Profile profile) throws Exception {
        Files.delete(good.resolve("client-cert.pem"));
        Files.delete(good.resolve("client-key.pem"));
        assertThat(load(profile, TlsEndpoint.CLIENT, true).identities()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ca-cert.pem|Unable to access credentials $ca-cert.pem: No such file or directory|Unable to access credentials $ca-cert.pem: No such file or directory",
                "server-cert.pem|Unable to access credentials $server-cert.pem: No such file or directory|Key '$server-key.pem' without corresponding cert '$server-cert.pem'",
                "server-key.pem|Unable to access credentials $server-key.pem: No such file or directory|Cert '$server-cert.pem' without corresponding key '$server-key.pem'"
            })
    void aFileIsMissing(String file, String old, String current) throws IOException {
        Files.delete(good.resolve(file));
        refused(OLD, TlsEndpoint.SERVER, old);
        refused(NEW, TlsEndpoint.SERVER, current);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ca-cert.pem|Unable to import CA certificate list $ca-cert.pem|Unable to import certificate $ca-cert.pem: No certificate was found.",
                "server-cert.pem|Unable to import server certificate $server-cert.pem: Base64 unexpected header error.|Unable to import certificate $server-cert.pem: No certificate was found.",
                "server-key.pem|Cannot load certificate '$server-cert.pem' & key '$server-key.pem': The requested data were not available.|Unable to import private key $server-key.pem"
            })
    void aFileIsNoPem(String file, String old, String current) {
        TestAuthority.write(good, file, "hello\n");
        refused(OLD, TlsEndpoint.SERVER, old);
        refused(NEW, TlsEndpoint.SERVER, current);
    }

    @Test
    void aKeyDoesNotFit() throws IOException {
        Files.copy(
                good.resolve("client-key.pem"),
                good.resolve("server-key.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String text =
                "'$server-cert.pem' & key '$server-key.pem': The certificate and the given key do not match.";
        refused(OLD, TlsEndpoint.SERVER, "Cannot load certificate " + text);
        refused(NEW, TlsEndpoint.SERVER, "Cannot set certificate " + text);
    }

    @Test
    void ofAnotherAuthority() {
        new TestAuthority("Other CA").into(good);
        refused(
                OLD,
                TlsEndpoint.CLIENT,
                "Our own certificate $client-cert.pem failed validation against $ca-cert.pem: The certificate hasn't got a known issuer");
        refused(NEW, TlsEndpoint.CLIENT, "Cert 'CN=client' has no issuer in CA chain");
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void outOfTime(Profile profile) throws CredentialsException {
        server(new Leaf("localhost").until(Instant.now().minus(Duration.ofMinutes(1))));
        refused(profile, TlsEndpoint.SERVER, "The server certificate $server-cert.pem has expired");
        assertThat(load(profile, TlsEndpoint.SERVER, false).identities()).hasSize(1);
        server(new Leaf("localhost").from(Instant.now().plus(Duration.ofMinutes(30))));
        refused(
                profile,
                TlsEndpoint.SERVER,
                "The server certificate $server-cert.pem is not yet active");
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void forAnotherPurpose(Profile profile) throws CredentialsException {
        server(new Leaf("localhost").purpose(true, KeyPurposeId.id_kp_clientAuth));
        refused(
                profile,
                TlsEndpoint.SERVER,
                "Certificate $server-cert.pem purpose does not allow use with a TLS server");
        server(new Leaf("localhost").purpose(false, KeyPurposeId.id_kp_clientAuth));
        assertThat(load(profile, TlsEndpoint.SERVER, true).identities()).hasSize(1);
        server(new Leaf("localhost").usage(true, KeyUsage.keyEncipherment));
        refused(
                profile,
                TlsEndpoint.SERVER,
                "Certificate $server-cert.pem usage does not permit digital signature");
    }

    @Test
    void untilTenAKeyHasToEncipher() throws CredentialsException {
        server(new Leaf("localhost").usage(true, KeyUsage.digitalSignature));
        refused(
                OLD,
                TlsEndpoint.SERVER,
                "Certificate $server-cert.pem usage does not permit key encipherment");
        assertThat(load(NEW, TlsEndpoint.SERVER, true).identities()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void anAuthorityIsNoServer(Profile profile) {
        server(new Leaf("localhost").asAuthority(true));
        refused(
                profile,
                TlsEndpoint.SERVER,
                "The certificate $server-cert.pem basic constraints show a CA, but we need one for a server");
    }

    @Test
    void aListOfRevokedCertificatesIsRead() throws Exception {
        Issued revoked = authority.issue(new Leaf("bad"));
        authority.revoke(revoked.certificate(), good);
        TlsCredentials.X509 server = load(NEW, TlsEndpoint.SERVER, true);
        PeerCheck check = new PeerCheck(server, Optional.empty(), Optional.empty());
        check.check(
                java.util.List.of(authority.issue(new Leaf("good")).certificate()), Instant.now());
        assertThatThrownBy(
                        () -> check.check(java.util.List.of(revoked.certificate()), Instant.now()))
                .hasMessage("The certificate has been revoked");
        TestAuthority.write(good, "ca-crl.pem", "hello\n");
        refused(
                NEW,
                TlsEndpoint.SERVER,
                "Cannot load CRL '$ca-crl.pem': Base64 unexpected header error.");
    }
}
