package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeskTest {

    private final Desk desk = new Desk();
    private final List<String> done = new ArrayList<>();

    @Test
    void theEndIsTheLastErrand() {
        desk.errand(() -> done.add("first"));
        desk.end(ExitCode.GUEST_LOST);
        desk.end(ExitCode.OK);
        desk.errand(() -> done.add("too late"));
        assertThat(desk.serve()).isEqualTo(ExitCode.GUEST_LOST);
        assertThat(done).containsExactly("first");
    }

    @Test
    void whoQuitsEndsAsItWentSoFar() {
        desk.whenQuit(() -> done.isEmpty() ? ExitCode.OK : ExitCode.GUEST_DAMAGED);
        desk.errand(() -> done.add("damage"));
        desk.quit();
        assertThat(desk.serve()).isEqualTo(ExitCode.GUEST_DAMAGED);
    }
}
