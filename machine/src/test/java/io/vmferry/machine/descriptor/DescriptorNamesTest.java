package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorNamesTest {

    private static final DescriptorNames NONE =
            name -> {
                throw new DescriptorException("none is named " + name);
            };

    @Test
    void whatBeginsWithADigitIsInherited() throws IOException {
        Descriptor inherited = NONE.takeOrInherit("1000000");
        assertThat(inherited.release()).isEqualTo(1_000_000);
        assertThatThrownBy(() -> NONE.takeOrInherit("a1")).hasMessage("none is named a1");
        assertThatThrownBy(() -> NONE.take("1")).hasMessage("none is named 1");
    }

    @Test
    void whatThisProcessHasOpenedItselfIsNotInherited() throws IOException {
        try (Descriptor own = TestDescriptors.open(Path.of("/dev/null"), Descriptor.O_RDONLY)) {
            assertThatThrownBy(() -> NONE.takeOrInherit(String.valueOf(own.number())))
                    .hasMessage("Descriptor %d was not inherited, or is in use", own.number());
            assertThat(own.readable()).as("still open").isTrue();
        }
    }

    @Test
    void whatIsRefusedStaysOpenOnlyIfItWasInherited() throws IOException {
        Path file = Path.of("/dev/null");
        Descriptor given = TestDescriptors.open(file, Descriptor.O_RDONLY);
        int number = given.number();
        given.refuse();
        assertThat(TestDescriptors.target(number)).isNotEqualTo(file.toString());
        try (Descriptor opened =
                TestDescriptors.inheritable(TestDescriptors.open(file, Descriptor.O_RDONLY))) {
            Descriptor inherited = NONE.takeOrInherit(String.valueOf(opened.number()));
            inherited.refuse();
            assertThat(TestDescriptors.target(opened.number())).isEqualTo(file.toString());
            inherited.close();
            assertThat(TestDescriptors.target(opened.number())).isEqualTo(file.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "2147483648", "9999999999999999999999", "1 "})
    void aNumberIsOneToItsEnd(String text) {
        assertThatThrownBy(() -> NONE.takeOrInherit(text))
                .hasMessage("Invalid file descriptor number '%s'", text);
    }

    @Test
    void aCommandLineKnowsNoNames() {
        assertThatThrownBy(() -> DescriptorNames.INHERITED.takeOrInherit("migrate"))
                .hasMessage("Invalid file descriptor number 'migrate'");
        assertThatThrownBy(() -> DescriptorNames.INHERITED.takeOrInherit(""))
                .hasMessage("Invalid file descriptor number ''");
    }

    @Test
    void aMonitorThatIsClosedKeepsNothing(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        NamedDescriptors names = new NamedDescriptors();
        names.put("before", TestDescriptors.open(file, Descriptor.O_RDONLY));
        names.close();
        assertThat(TestDescriptors.openOn(file)).isZero();
        Descriptor late = TestDescriptors.open(file, Descriptor.O_RDONLY);
        assertThatThrownBy(() -> names.put("late", late)).hasMessage("The monitor is closed");
        assertThat(TestDescriptors.openOn(file)).isZero();
    }
}
