package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.QmpClient;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One source starts thousands of migrations that fail, and continues its guest each time; the last
 * one succeeds. By name only.
 */
class MigrationSoak {

    private static final int ROUNDS = 10_000;
    private static final long GUEST_BYTES = 128L << 20;
    private static final String GUEST =
            "--memory 128M --vcpus 1 --capability events --capability return-path ";
    private static final String WORKLOAD = "--workload uniform,boot=4M,rate=1000 --qmp ";

    /** Less than the stream has, so that none comes to its end. */
    private static final int MANY_BYTES = 3 << 20;

    /** The reason for the end of a migration. */
    private enum Ending {
        NOBODY_LISTENS,
        PEER_CLOSES,
        PEER_SAYS_NONSENSE,
        USER_CANCELS
    }

    @TempDir Path directory;

    @Test
    void oneSourceBeginsOneMigrationAfterTheOther() throws Exception {
        SoakPlan plan = SoakPlan.of(MigrationSoak.class, ROUNDS);
        try (Daemons daemons = new Daemons(directory);
                BreakingPeer peer = new BreakingPeer(directory.resolve("peer"))) {
            DaemonProcess source = daemons.source(GUEST + WORKLOAD + "--return-path inline");
            UseOverTime use = new UseOverTime("source", source.pid(), GUEST_BYTES);
            for (int round = plan.first(); round < plan.end(); round++) {
                try {
                    migrate(source, peer, plan.random(round));
                } catch (AssertionError e) {
                    throw new AssertionError(plan.at(round), e);
                }
                if (plan.measures(round)) {
                    use.measure();
                }
            }
            DaemonProcess destination =
                    daemons.destination(GUEST + "--once --incoming tcp:127.0.0.1:0");
            source.migrate(destination.listening());
            source.qmp().awaitMigration("completed");
            destination.exits(0);
            plan.say(use.toString());
            use.assertFlat();
        }
    }

    private void migrate(DaemonProcess source, BreakingPeer peer, SplittableRandom random)
            throws Exception {
        Ending ending = Ending.values()[random.nextInt(Ending.values().length)];
        QmpClient qmp = source.qmp();
        qmp.forgetEvents();
        if (ending == Ending.NOBODY_LISTENS) {
            source.migrate("unix:" + directory.resolve("nobody"));
            awaitEnd(source, "failed");
            return;
        }
        long bytes = random.nextLong(1, random.nextBoolean() ? 100 : MANY_BYTES);
        boolean nonsense = ending == Ending.PEER_SAYS_NONSENSE;
        byte[] answer = new byte[random.nextInt(4, 40)];
        random.nextBytes(answer);
        // a type that there is not
        answer[0] = (byte) 0xFF;
        peer.expect(
                new BreakingPeer.Manners(
                        bytes,
                        nonsense ? Optional.of(answer) : Optional.empty(),
                        ending == Ending.USER_CANCELS));
        source.migrate(peer.uri());
        peer.awaitTaken();
        if (ending == Ending.USER_CANCELS) {
            qmp.execute("migrate_cancel");
        }
        awaitEnd(source, ending == Ending.USER_CANCELS ? "cancelled" : "failed");
    }

    private static void awaitEnd(DaemonProcess source, String status) throws Exception {
        source.qmp().awaitMigration(status);
        assertThat(source.runState()).as("after %s", status).isEqualTo("running");
    }
}
