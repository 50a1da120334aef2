package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs at the other end of a migration that hang, fail or talk too much. */
@Timeout(120)
class ProgramIT {

    private static final String GUEST = "--memory 16M --capability events --qmp ";
    private static final String CONTENT = "--workload uniform,boot=16M,rate=500 ";
    private static final long PATIENCE_SECONDS = 20;

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    /** The programs that a daemon has started, and what they have started. */
    private static List<ProcessHandle> programs(DaemonProcess node) {
        return ProcessHandle.of(node.pid()).orElseThrow().descendants().toList();
    }

    private static void awaitEnd(List<ProcessHandle> programs) throws Exception {
        for (ProcessHandle program : programs) {
            program.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aMigrationToAProgramThatHangsIsCancelled() throws Exception {
        DaemonProcess source = daemons.source(GUEST + CONTENT);
        source.queryMigrate();
        OpenDescriptors before = source.openDescriptors();
        source.migrate("exec:sleep 1000.5 & wait");
        source.qmp().awaitMigration("active");
        List<ProcessHandle> programs = programs(source);
        while (programs.size() < 2) {
            source.queryMigrate();
            programs = programs(source);
        }
        source.qmp().execute("migrate_cancel");
        source.qmp().awaitMigration("cancelled");
        assertThat(source.runState()).isEqualTo("running");
        awaitEnd(programs);

        // a return path that never comes: QEMU cannot be cancelled then
        source.capability("return-path", true);
        source.qmp().forgetEvents();
        source.migrate("exec:cat >/dev/null; true");
        source.qmp().awaitMigration("device");
        source.qmp().execute("migrate_cancel");
        source.qmp().awaitMigration("cancelled");
        assertThat(source.runState()).isEqualTo("running");
        before.awaitSame(source::queryMigrate);
    }

    @Test
    void aProgramThatFailsAndOneThatTalksChangeNothing() throws Exception {
        DaemonProcess source = daemons.source(GUEST + CONTENT);
        source.queryMigrate();
        OpenDescriptors before = source.openDescriptors();
        source.migrate("exec:head -c 100000 >/dev/null; exit 3");
        source.qmp().awaitMigration("failed");
        assertThat(source.runState()).isEqualTo("running");
        source.awaitLogged(".*the program has ended with exit code 3");
        source.qmp().forgetEvents();
        source.migrate("exec:yes | head -c 1000000 >&2; cat >/dev/null; exit 4");
        source.qmp().awaitMigration("completed");
        source.awaitLogged(".*the program has ended with exit code 4");
        assertThat(programs(source)).isEmpty();
        before.awaitSame(source::queryMigrate);
    }

    @Test
    void aProgramDoesNotOutliveADestinationThatEnds() throws Exception {
        DaemonProcess destination = daemons.destination(GUEST + "--once --incoming defer");
        destination
                .qmp()
                .execute(
                        "migrate-incoming",
                        "{\"uri\": \"exec:trap '' TERM; read line <&0; echo junkjunkjunk; sleep 1000.75\"}");
        List<ProcessHandle> programs = programs(destination);
        assertThat(programs).isNotEmpty();
        destination.qmp().execute("quit");
        destination.exits(0);
        assertThat(programs).noneMatch(ProcessHandle::isAlive);
    }

    /** The daemon lives on, since the client has asked for that. */
    @Test
    void aFailureEndsTheProgramThatItCameFrom() throws Exception {
        DaemonProcess destination = daemons.destination(GUEST + "--incoming defer");
        destination.queryMigrate();
        OpenDescriptors before = destination.openDescriptors();
        destination
                .qmp()
                .execute(
                        "migrate-incoming",
                        "{\"exit-on-error\": false, \"uri\": \"exec:trap '' TERM; sleep 1000.6125 &"
                                + " echo $$; exec 2>&1; cat; wait\"}");
        destination.qmp().awaitMigration("failed");
        before.awaitSame(destination::queryMigrate);
        awaitNone("sleep 1000.6125", destination);
    }

    /** A process that its parent has left is no descendant of the daemon any more. */
    private static void awaitNone(String command, DaemonProcess node) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!running(command).isEmpty() && System.nanoTime() < end) {
            node.queryMigrate();
        }
        assertThat(running(command)).isEmpty();
    }

    private static List<String> running(String command) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(command))
                .toList();
    }
}
