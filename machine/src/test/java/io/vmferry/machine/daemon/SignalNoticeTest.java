package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SignalNoticeTest {

    private static SignalNotice notice(OutputStream err) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new SignalNotice(
                Runnable::run,
                LogFormat.TEXT,
                Screen.plain(stream, stream),
                () -> "the guest ran here");
    }

    @Test
    void theLineIsPrintedBeforeAnythingIsReleased() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        notice(err).say();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("Ended by a signal: the guest ran here" + System.lineSeparator());
    }

    /** As one whose terminal was stopped by Ctrl-S. */
    @Test
    @Timeout(value = 60, threadMode = SEPARATE_THREAD)
    void anOutputThatTakesNothingDoesNotHoldUpTheRelease() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        notice(new StuckOutput(stuck, read)).say();
        stuck.await();
        read.countDown();
    }

    /** An output that nobody reads. */
    private static final class StuckOutput extends OutputStream {

        private final CountDownLatch stuck;
        private final CountDownLatch read;

        StuckOutput(CountDownLatch stuck, CountDownLatch read) {
            this.stuck = stuck;
            this.read = read;
        }

        @Override
        public void write(int one) {
            stuck.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
