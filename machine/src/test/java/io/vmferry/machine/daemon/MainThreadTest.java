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
    void whoQuitsEndsAsItWentSoFar() {
        mainThread.whenQuit(() -> done.isEmpty() ? ExitCode.OK : ExitCode.GUEST_DAMAGED);
        done.add("damage");
        mainThread.quit();
        done.clear();
        assertThat(mainThread.serve()).isEqualTo(ExitCode.GUEST_DAMAGED);
    }
}
