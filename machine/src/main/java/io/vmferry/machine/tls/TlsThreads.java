package io.vmferry.machine.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads for the long computations of handshakes, such as signatures. */
final class TlsThreads {

    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 5;

    static final Executor SHARED = start();

    private TlsThreads() {}

    private static Executor start() {
        var threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("tls-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
