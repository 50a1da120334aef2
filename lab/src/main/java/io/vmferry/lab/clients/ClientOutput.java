package io.vmferry.lab.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** The end of what a process prints, however much it prints; read by a thread of its own. */
final class ClientOutput {

    private static final int KEPT_BYTES = 1 << 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Thread reader;

    /** Written by the reader only. */
    private volatile byte[] kept = {};

    private ClientOutput(InputStream in) {
        reader = Thread.ofPlatform().daemon().name("client-output").unstarted(() -> read(in));
    }

    static ClientOutput of(InputStream in) {
        ClientOutput output = new ClientOutput(in);
        output.reader.start();
        return output;
    }

    private void read(InputStream in) {
        byte[] some = new byte[KEPT_BYTES];
        try (in) {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                byte[] all = Arrays.copyOf(kept, kept.length + count);
                System.arraycopy(some, 0, all, kept.length, count);
                kept = Arrays.copyOfRange(all, Math.max(0, all.length - KEPT_BYTES), all.length);
            }
        } catch (IOException e) {
            // the process is gone, and what it printed before is here
        }
    }

    /** The text so far; all of it once nobody has the output open any more. */
    String text() throws InterruptedException {
        reader.join(PATIENCE);
        return new String(kept, StandardCharsets.UTF_8);
    }
}
