package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A manager of our daemons sees what it would see of the QEMU of their profile: every reply, every
 * status that is reached and every event of {@code dialogues.txt} is compared with a real one.
 *
 * <p>{@code -Dcomparison.dialogue=PATTERN} plays only the dialogues whose names match a regular
 * expression, and prints the replies side by side; {@code -Dcomparison.profile=PATTERN} plays only
 * some versions.
 */
@Isolated("what it measures depends on time")
class ComparisonIT {

    @TempDir Path directory;

    /** In memory: QEMU protects no page of a file on a disk, as background snapshots need it. */
    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "no " + memory);
        byte[] bytes = new byte[ComparedNode.MEBIBYTES << 20];
        new SplittableRandom(3).nextBytes(bytes);
        image = Files.write(Files.createTempFile(memory, "vmferry", ".img"), bytes);
    }

    @AfterEach
    void deleteImage() throws IOException {
        Files.deleteIfExists(image);
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aManagerSeesWhatThatQemuShows(Profile profile) throws Exception {
        assumeTrue(profile.text().matches(System.getProperty("comparison.profile", ".*")));
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(
                qemu.isPresent(),
                "no real " + profile.text() + " here; scripts/real-qemu installs some");
        Comparison comparison = new Comparison(profile, qemu.get(), directory, image);
        String only = System.getProperty("comparison.dialogue");
        if (only != null) {
            comparison.run(only).forEach(replies -> replies.print(System.out));
            return;
        }
        List<Difference> found = differences(comparison.run(".*"));
        OpenDialogues open = OpenDialogues.of(profile);
        List<Difference> unlisted = found.stream().filter(d -> !open.lists(d)).toList();
        assertThat(seenAgain(comparison, unlisted)).isEmpty();
        assertThat(open.withoutNeed(found)).as("listed in open.txt without need").isEmpty();
    }

    private static List<Difference> differences(List<ComparedReplies> compared) {
        return compared.stream()
                .flatMap(replies -> replies.differences().stream())
                .filter(KnownDifference::isUnknown)
                .toList();
    }

    /** A machine that is busy makes steps late that are not: what differs does so twice. */
    private static List<Difference> seenAgain(Comparison comparison, List<Difference> once)
            throws Exception {
        if (once.isEmpty()) {
            return once;
        }
        String names =
                once.stream()
                        .map(difference -> Pattern.quote(difference.dialogue()))
                        .distinct()
                        .collect(Collectors.joining("|"));
        List<String> again =
                differences(comparison.run(names)).stream()
                        .map(difference -> difference.dialogue() + difference.step())
                        .toList();
        return once.stream()
                .filter(difference -> again.contains(difference.dialogue() + difference.step()))
                .toList();
    }

    @Test
    void thereIsMuchToCompare() throws Exception {
        List<Dialogue> dialogues = Comparison.dialogues(Profile.QEMU_11_1);
        assertThat(dialogues).hasSizeGreaterThanOrEqualTo(100);
        assertThat(dialogues.stream().mapToLong(Dialogue::commands).sum())
                .isGreaterThanOrEqualTo(800);
    }
}
