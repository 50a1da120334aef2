package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Parses the options of TCP addresses, which depend on the version. */
class TcpOptionTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QEMU_11_1 | ,foo=on | Invalid parameter 'foo'",
                "QEMU_11_1 | ,ipv4=maybe | Parameter 'ipv4' expects 'on' or 'off'",
                "QEMU_11_1 | ,to=x | Parameter 'to' expects a number",
                "QEMU_11_1 | ,to=4k | Parameter 'to' expects a number",
                "QEMU_11_1 | ,keep-alive-count=x | Parameter 'keep-alive-count' expects a number",
                "QEMU_11_1 | ,mptcp=x | Parameter 'mptcp' expects 'on' or 'off'",
                "QEMU_7_2 | ,to=x | error parsing to= argument",
                "QEMU_10_0 | ,ipv4=yes | error parsing 'ipv4' flag '=yes'",
                "QEMU_10_0 | ,keep-alive-count=3 | error parsing 'keep-alive' flag '-count=3'",
                "QEMU_7_2 | ,mptcp=yes | error parsing 'mptcp' flag '=yes'",
            })
    void saysWhatIsWrong(Profile profile, String text, String message) {
        assertThatThrownBy(() -> TcpOptionText.parse(text, profile))
                .isInstanceOf(AddressException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatAllVersionsHave(Profile profile) throws Exception {
        TcpOptions read = TcpOptionText.parse(",ipv4=off,ipv6,to=70000,keep-alive=off", profile);
        assertThat(read.ipv4()).contains(false);
        assertThat(read.ipv6()).contains(true);
        assertThat(read.lastPort()).hasValue(4464);
        assertThat(read.keepAlive()).contains(false);
        assertThat(TcpOptionText.parse("", profile)).isEqualTo(TcpOptions.NONE);
        assertThat(TcpOptionText.parse(",", profile)).isEqualTo(TcpOptions.NONE);
        assertThat(TcpOptionText.parse(",mptcp=off", profile)).isEqualTo(TcpOptions.NONE);
        assertThat(TcpOptionText.parse(",mptcp", profile).multipath()).isTrue();
        assertThat(TcpOptionText.parse(",mptcp=on", profile).multipath()).isTrue();
    }

    @Test
    void newOnesKnowMore() throws Exception {
        String text = ",numeric,keep-alive-count=3,keep-alive-idle=0x10,keep-alive-interval=0";
        TcpOptions read = TcpOptionText.parse(text, Profile.QEMU_11_1);
        assertThat(read.numeric()).isTrue();
        assertThat(read.keepAliveCount()).hasValue(3);
        assertThat(read.keepAliveIdleSeconds()).hasValue(16);
        assertThat(read.keepAliveIntervalSeconds()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void oldOnesDoNotMindTheRest() throws Exception {
        TcpOptions read = TcpOptionText.parse(",foo=on,numeric,ipv4", Profile.QEMU_10_0);
        assertThat(read.numeric()).isFalse();
        assertThat(read.ipv4()).isEqualTo(Optional.of(true));
    }
}
