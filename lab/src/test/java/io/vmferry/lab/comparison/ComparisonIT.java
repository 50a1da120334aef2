package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A manager of our daemons sees what it would see of the QEMU of their profile: every reply, every
 * status that is reached and every event of {@code situations.txt} is compared with a real one.
 */
class ComparisonIT {

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aManagerSeesWhatThatQemuShows(Profile profile) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(
                qemu.isPresent(),
                "no real " + profile.qmpName() + " here; scripts/real-qemu installs some");
        List<Difference> found = new Comparison(profile, qemu.get(), directory, image()).run();
        assertThat(KnownDifference.unlisted(profile, found)).isEmpty();
    }

    @Test
    void thereIsMuchToCompare() throws Exception {
        List<Situation> situations = Comparison.situations(Profile.QEMU_11_1);
        assertThat(situations).hasSizeGreaterThanOrEqualTo(100);
        assertThat(situations.stream().mapToLong(Situation::requests).sum())
                .isGreaterThanOrEqualTo(800);
    }

    private Path image() throws Exception {
        byte[] bytes = new byte[Node.MEBIBYTES << 20];
        new SplittableRandom(3).nextBytes(bytes);
        return Files.write(directory.resolve("ram.img"), bytes);
    }
}
