package io.vmferry.protocol.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the table of deviations in the documents from QEMU with {@link Deviation}. */
class DeviationPageTest {

    @Test
    void theReadmeHasTheTable() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "compatibility.md")))
                .contains(Deviation.markdown());
    }

    @Test
    void aVersionThatDoesAsVmferryIsNotConcerned() {
        assertThat(Deviation.PAUSED_GUEST.concerns(Profile.QEMU_7_2)).isTrue();
        assertThat(Deviation.PAUSED_GUEST.concerns(Profile.QEMU_8_2)).isFalse();
        assertThat(Deviation.PORT_PROBE.concerns(Profile.QEMU_11_1)).isTrue();
    }
}
