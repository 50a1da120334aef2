package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadCommandTest {

    private static CommandTable.Builder table(Profile profile, boolean working) {
        CommandTable.Builder table = CommandTable.builder(profile);
        new ThreadCommand(profile, () -> working).addTo(table);
        return table;
    }

    @ParameterizedTest
    @CsvSource({"QEMU_8_2,live_migration", "QEMU_9_2,mig/src/main", "QEMU_10_2,mig/src/main"})
    void namesTheThreadThatWorks(Profile profile, String name) {
        long id = ThreadCommand.threadId().orElseThrow();
        assertThat(new Asked(table(profile, true)).ask("query-migrationthreads"))
                .containsExactly("[{'name':'" + name + "','thread-id':" + id + "}]");
        assertThat(new Asked(table(profile, false)).ask("query-migrationthreads"))
                .containsExactly("[]");
    }

    @Test
    void eachThreadHasAnIdThatTheKernelKnows() throws Exception {
        FutureTask<OptionalLong> other = new FutureTask<>(ThreadCommand::threadId);
        Thread.ofPlatform().start(other);
        OptionalLong mine = ThreadCommand.threadId();
        assertThat(other.get()).isPresent().isNotEqualTo(mine);
        assertThat(Path.of("/proc/self/task/" + mine.orElseThrow())).exists();
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_11_1"})
    void theCommandHasComeAndGone(Profile profile) {
        assertThat(table(profile, true).build().entries())
                .extracting(CommandTable.CommandEntry::name)
                .doesNotContain("query-migrationthreads");
    }
}
