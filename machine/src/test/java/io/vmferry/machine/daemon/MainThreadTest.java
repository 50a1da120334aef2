package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainThreadTest {

    private final MainThread mainThread = new MainThread();
    private final List<String> done = new ArrayList<>();

    @Test
    void theEndIsTheLastTask() {
        mainThread.execute(() -> done.add("first"));
        mainThread.end(ExitCode.GUEST_LOST);
        mainThread.end(ExitCode.OK);
        mainThread.execute(() -> done.add("too late"));
        assertThat(mainThread.serve()).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(done).containsExactly("first");
    }

    @Test
    void linesThatTheOutputDoesNotTakeAreCountedButResultsAreKept() {
        int more = 3;
        for (int i = 0; i < MainThread.MAX_WAITING_LINES + more; i++) {
            mainThread.log("line " + i, done::add);
        }
        mainThread.execute(() -> done.add("result"));
        mainThread.end(ExitCode.OK);
        assertThat(mainThread.serve()).isEqualTo(ExitCode.OK);
        assertThat(done)
                .hasSize(MainThread.MAX_WAITING_LINES + 2)
                .contains("line 0", "line " + (MainThread.MAX_WAITING_LINES - 1))
                .doesNotContain("line " + MainThread.MAX_WAITING_LINES)
                .endsWith(
                        more
                                + " more lines were left out here, more than 1024 waited for the output",
                        "result");
    }

    @Test
    void whoQuitsEndsAsItWentSoFar() {
        mainThread.whenQuit(() -> done.isEmpty() ? ExitCode.OK : ExitCode.GUEST_DAMAGED);
        done.add("damage");
        mainThread.quit();
        done.clear();
        assertThat(mainThread.serve()).isEqualTo(ExitCode.GUEST_DAMAGED);
    }
}
