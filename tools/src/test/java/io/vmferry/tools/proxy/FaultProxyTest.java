package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.MigrationAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultProxyTest {

    private static final int PATIENCE_SECONDS = 20;

    @TempDir Path directory;
    private final LinkedBlockingQueue<ProxyEvent> events = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private FaultProxy proxy;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Control control;

    @BeforeEach
    void open() {
        proxy =
                new FaultProxy(
                        new MigrationAddress.Unix(directory.resolve("destination")),
                        List.of(),
                        events::add);
        control = proxy.control();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        proxy.loop().execute(task);
        return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private boolean cut(String channel) throws Exception {
        return onLoop(() -> {
            control.cut(channel, CutKind.RESET);
            return true;
        });
    }

    private boolean restore(String channel) throws Exception {
        return onLoop(() -> {
            control.restore(channel);
            return true;
        });
    }

    @Test
    void whatIsRefusedIsNotToldAsDone() {
        assertThatThrownBy(() -> cut("all")).hasCauseInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> restore("main")).hasCauseInstanceOf(RefusedException.class);
        assertThat(events).isEmpty();
    }
}
