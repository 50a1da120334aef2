package io.vmferry.machine.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.tls.TestAuthority.Leaf;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerCheckTest {

    private final TestAuthority authority = new TestAuthority("Test CA");

    private PeerCheck check(TlsEndpoint end, String host) {
        return new PeerCheck(
                new TlsCredentials.X509(
                        end,
                        Optional.empty(),
                        true,
                        List.of(),
                        List.of(authority.certificate()),
                        List.of()),
                host.isEmpty() ? Optional.empty() : Optional.of(host),
                Optional.empty());
    }

    private X509Certificate issue(Leaf leaf) {
        return authority.issue(leaf).certificate();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "LOCALHOST, true",
        "a.example.org, true",
        "a.b.example.org, false",
        "example.org, false",
        "127.0.0.1, true",
        "127.0.0.2, false",
        "::1, true",
        "common, false"
    })
    void aHostIsComparedWithTheNamesOfTheCertificate(String host, boolean matches) {
        X509Certificate certificate =
                issue(
                        new Leaf("common")
                                .named("localhost")
                                .named("*.example.org")
                                .at("127.0.0.1")
                                .at("::1"));
        assertThat(HostNames.match(certificate, host)).isEqualTo(matches);
    }

    @Test
    void withoutOtherNamesTheCommonNameCounts() {
        assertThat(HostNames.match(issue(new Leaf("common")), "common")).isTrue();
        assertThat(HostNames.match(issue(new Leaf("*.org")), "example.org")).isFalse();
    }

    @Test
    void aNameIsInTheOrderOfTheCertificate() {
        assertThat(DistinguishedName.of(issue(new Leaf("C=GB,O=Example Org,CN=laptop"))))
                .isEqualTo("C=GB,O=Example Org,CN=laptop");
    }

    @Test
    void anExpiredCertificateIsNotTrusted() {
        X509Certificate expired =
                issue(new Leaf("localhost").until(Instant.now().minusSeconds(60)));
        assertThatThrownBy(() ->
                        check(TlsEndpoint.CLIENT, "localhost")
                                .check(List.of(expired), Instant.now()))
                .hasMessage("The certificate is not trusted");
    }

    @Test
    void aCertificateOfNoAuthorityIsNoIssuer() {
        TestAuthority.Issued leaf = authority.issue(new Leaf("localhost"));
        TestAuthority other = new TestAuthority("Test CA");
        assertThatThrownBy(() ->
                        check(TlsEndpoint.CLIENT, "localhost")
                                .check(
                                        List.of(other.issue(new Leaf("localhost")).certificate()),
                                        Instant.now()))
                .hasMessage("The certificate hasn't got a known issuer");
        assertThatCode(() ->
                        check(TlsEndpoint.CLIENT, "localhost")
                                .check(List.of(leaf.certificate()), Instant.now()))
                .doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotVerifyTakesAnything() {
        PeerCheck lax =
                new PeerCheck(
                        new TlsCredentials.X509(
                                TlsEndpoint.SERVER,
                                Optional.empty(),
                                false,
                                List.of(),
                                List.of(),
                                List.of()),
                        Optional.empty(),
                        Optional.empty());
        assertThatCode(() -> lax.check(List.of(), Instant.now())).doesNotThrowAnyException();
    }
}
