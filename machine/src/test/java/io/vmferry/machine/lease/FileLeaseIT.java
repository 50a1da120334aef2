package io.vmferry.machine.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseIT {

    @TempDir Path directory;

    /** The other process: takes the lease, says so, and keeps it until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(FileLease.on(Path.of(arguments[0]), "holder").take());
            System.in.read();
        }
    }

    @Test
    void theLeaseOfAKilledProcessIsFree() throws Exception {
        Path path = directory.resolve("disk.lock");
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                path.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lease = FileLease.on(path, "test")) {
            assertThat(holder.inputReader().readLine()).isEqualTo("true");
            assertThat(lease.take()).isFalse();
            assertThat(lease.description()).contains("held by pid " + holder.pid() + " holder");

            holder.destroyForcibly();
            assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lease.take()).isTrue();
        } finally {
            holder.destroyForcibly();
        }
    }
}
