package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees as a host and containers see them, in a folder. */
class MemoryCgroupTest {

    @TempDir Path root;

    /** Writes a file with the folders above it; {@code @} is where the trees are mounted. */
    private void file(String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines).replace("@", root.toString()) + "\n");
    }

    private MemoryCgroup group() {
        return new MemoryCgroup(root.resolve("proc"));
    }

    private void unified(String member) throws IOException {
        file("proc/cgroup", "0::" + member);
        file(
                "proc/mountinfo",
                "22 1 0:20 / / rw - overlay overlay rw",
                "30 22 0:26 / @/fs rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate");
    }

    /** The second hierarchy is what a hybrid host has: version 2 without controllers. */
    private void first(String mounted, String member) throws IOException {
        file("proc/cgroup", "5:cpu:/other", "4:memory:" + member, "0::/");
        file(
                "proc/mountinfo",
                "40 22 0:30 / @/cpu rw - cgroup cgroup rw,cpu",
                "41 22 0:31 " + mounted + " @/fs rw - cgroup cgroup rw,memory",
                "42 22 0:32 / @/unified rw - cgroup2 cgroup2 rw");
    }

    @Test
    void aContainerWithVersion2SeesItsGroupAsTheRoot() throws IOException {
        unified("/");
        file("fs/memory.max", "67108864");
        assertThat(group().limitBytes()).hasValue(64 << 20);
    }

    @Test
    void theSmallestOfTheGroupsAroundCounts() throws IOException {
        unified("/slice/scope");
        file("fs/slice/memory.max", "1000000");
        file("fs/slice/scope/memory.max", "2000000");
        assertThat(group().limitBytes()).hasValue(1_000_000);
    }

    @Test
    void aGroupBesideTheNamespaceIsSeenAsTheRoot() throws IOException {
        unified("/../elsewhere");
        file("fs/memory.max", "5000000");
        file("elsewhere/memory.max", "7");
        assertThat(group().limitBytes()).hasValue(5_000_000);
    }

    @Test
    void maxIsNoLimit() throws IOException {
        unified("/");
        file("fs/memory.max", "max");
        assertThat(group().limitBytes()).isEmpty();
    }

    @Test
    void aContainerWithVersion1HasItsGroupMounted() throws IOException {
        first("/docker/1234", "/docker/1234");
        file("fs/memory.limit_in_bytes", "67108864");
        file("unified/memory.max", "7", "not of this hierarchy");
        assertThat(group().limitBytes()).hasValue(64 << 20);
    }

    @Test
    void aProcessOfTheHostIsBelowTheMount() throws IOException {
        first("/", "/user/session");
        file("fs/memory.limit_in_bytes", "9223372036854771712");
        file("fs/user/session/memory.limit_in_bytes", "3000000");
        assertThat(group().limitBytes()).hasValue(3_000_000);
    }

    @Test
    void theLargestNumberOfVersion1IsNoLimit() throws IOException {
        first("/", "/");
        file("fs/memory.limit_in_bytes", "9223372036854771712");
        assertThat(group().limitBytes()).isEmpty();
    }

    @Test
    void noControlGroupsAreNoLimit() throws IOException {
        assertThat(group().limitBytes()).isEmpty();
        file("proc/cgroup", "0::/");
        file("proc/mountinfo", "22 1 0:20 / / rw - overlay overlay rw", "garbage");
        assertThat(group().limitBytes()).isEmpty();
    }
}
