package io.vmferry.machine.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.OptionJson;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParameterTextTest {

    /** Parameters that QEMU's human monitor does not show. */
    private static final Set<Parameter> NOT_SHOWN =
            EnumSet.of(
                    Parameter.MULTIFD_ZLIB_LEVEL,
                    Parameter.MULTIFD_QATZIP_LEVEL,
                    Parameter.MULTIFD_ZSTD_LEVEL);

    @ParameterizedTest
    @EnumSource
    void everyParameterThatHasAValueIsShown(Profile profile) {
        Parameters defaults = Parameters.defaults(profile);
        Set<String> shown =
                ParameterText.of(profile, OptionJson.parameters(defaults))
                        .lines()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .collect(Collectors.toSet());
        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        defaults.values().keySet().stream()
                                .filter(parameter -> !NOT_SHOWN.contains(parameter))
                                .map(Parameter::text)
                                .toList());
    }
}
