package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadCommandTest {

    private static CommandTable.Builder table(Profile profile, boolean working) {
        CommandTable.Builder table = CommandTable.builder(profile);
        new ThreadCommand(profile, () -> working, () -> 0).addTo(table);
        return table;
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2,'live_migration,multifdsend_1,multifdsend_0'",
        "QEMU_10_2,'mig/src/send_1,mig/src/send_0,mig/src/main'"
    })
    void namesTheSendersOfMultifdChannels(Profile profile, String names) {
        long id = ThreadCommand.threadId().orElseThrow();
        CommandTable.Builder table = CommandTable.builder(profile);
        new ThreadCommand(profile, () -> true, () -> 2).addTo(table);
        assertThat(new Asked(table).ask("query-migrationthreads"))
                .containsExactly(
                        Stream.of(names.split(",", -1))
                                .map(name -> "{'name':'%s','thread-id':%d}".formatted(name, id))
                                .collect(Collectors.joining(",", "[", "]")));
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
