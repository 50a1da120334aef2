package io.vmferry.protocol.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.profile.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionTextTest {

    @ParameterizedTest
    @CsvSource({
        "events,true",
        "events=on,true",
        "events=true,true",
        "events=off,false",
        "events=no,false"
    })
    void aCapabilityIsOnUnlessItSaysOff(String text, boolean state) throws OptionException {
        assertThat(OptionText.capability(text, Profile.DEFAULT).getKey())
                .isEqualTo(Capability.EVENTS);
        assertThat(OptionText.capability(text, Profile.DEFAULT).getValue()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "max-bandwidth=1000,1000",
        "max-bandwidth=128M,134217728",
        "max-bandwidth=1.5g,1610612736",
        "max-bandwidth=18446744073709551615,-1",
        "xbzrle-cache-size=64k,65536",
        "downtime-limit=500,500",
        "cpu-throttle-initial=30,30"
    })
    void aNumberMayHaveASuffixWhereItCountsBytes(String text, long value) throws OptionException {
        assertThat(OptionText.parameter(text, Profile.DEFAULT).getValue()).isEqualTo(value);
    }

    @Test
    void flagsChoicesAndTextsAreReadAsWhatTheyAre() throws OptionException {
        assertThat(OptionText.parameter("cpu-throttle-tailslow=on", Profile.DEFAULT).getValue())
                .isEqualTo(true);
        assertThat(OptionText.parameter("zero-page-detection=none", Profile.DEFAULT).getValue())
                .isEqualTo("none");
        assertThat(OptionText.parameter("tls-hostname=a=b", Profile.DEFAULT).getValue())
                .isEqualTo("a=b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-bandwidth|Expected a parameter as NAME=VALUE, got 'max-bandwidth'",
                "max-bandwidth=x|Parameter 'max-bandwidth' expects a size such as 128M, got 'x'",
                "max-bandwidth=|Parameter 'max-bandwidth' expects a size such as 128M, got ''",
                "max-bandwidth=-1|Parameter 'max-bandwidth' expects a size such as 128M, got '-1'",
                "max-bandwidth=99E|Parameter 'max-bandwidth' expects a size such as 128M, got '99E'",
                "downtime-limit=1k|Parameter 'downtime-limit' expects a number of at most 64 bits, got '1k'",
                "cpu-throttle-initial=256|Parameter 'cpu-throttle-initial' expects a number of at most 8 bits, got '256'",
                "cpu-throttle-tailslow=2|Parameter 'cpu-throttle-tailslow' is on or off, got '2'",
                "zero-page-detection=all|Parameter 'zero-page-detection' is one of none, legacy, multifd, got 'all'",
                "cpr-exec-command=x|Parameter 'cpr-exec-command' is a list and can only be set on the monitor"
            })
    void aBadParameterIsRefusedWithWhatWasExpected(String text, String refusal) {
        assertThatThrownBy(() -> OptionText.parameter(text, Profile.DEFAULT))
                .isInstanceOf(OptionException.class)
                .hasMessage(refusal);
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> OptionText.capability("evnts", Profile.QEMU_7_2))
                .hasMessage("Unknown capability 'evnts', did you mean 'events'?");
        assertThatThrownBy(() -> OptionText.parameter("max-bandwith=1", Profile.QEMU_7_2))
                .hasMessage("Unknown parameter 'max-bandwith', did you mean 'max-bandwidth'?");
        assertThatThrownBy(() -> OptionText.capability("teleport", Profile.QEMU_7_2))
                .hasMessageStartingWith("Unknown capability 'teleport', qemu-7.2 knows: xbzrle, ");
        assertThatThrownBy(() -> OptionText.parameter("mode=normal", Profile.QEMU_7_2))
                .hasMessageStartingWith("Unknown parameter 'mode', qemu-7.2 knows: ");
        assertThatThrownBy(() -> OptionText.capability("events=maybe", Profile.QEMU_7_2))
                .hasMessage("Capability 'events' is on or off, got 'maybe'");
    }
}
