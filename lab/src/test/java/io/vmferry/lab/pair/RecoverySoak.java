package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The postcopy of one guest is cut and recovered again and again, by name only. */
class RecoverySoak {

    private static final int ROUNDS = 1000;
    private static final String ANY_PORT = "tcp:127.0.0.1:0";
    private static final long GUEST_BYTES = 512L << 20;
    private static final long BYTES_PER_SECOND = 8 << 20;
    private static final String GUEST =
            "--memory 512M --vcpus 2 --capability postcopy-ram --capability events --qmp ";
    private static final String WORKLOAD = "--workload uniform,boot=512M,rate=1000 ";

    /** About what the handshake takes, both ways: the bitmap and some commands. */
    private static final int HANDSHAKE_BYTES = 18 << 10;

    private static final int MANY_BYTES = 256 << 10;

    @TempDir Path directory;

    @Test
    void oneGuestIsCutAndRecovered() throws Exception {
        SoakPlan plan = SoakPlan.of(RecoverySoak.class, ROUNDS);
        try (Daemons daemons = new Daemons(directory)) {
            DaemonProcess destination = daemons.destination(GUEST + "--incoming " + ANY_PORT);
            DaemonProcess source = daemons.source(GUEST + WORKLOAD);
            try (CutPair pair =
                    new CutPair(source.qmp(), destination.qmp(), destination.listening())) {
                pair.startPostcopy(BYTES_PER_SECOND);
                pair.cutAfter(MANY_BYTES);
                UseOverTime here = new UseOverTime("source", source.pid(), GUEST_BYTES);
                UseOverTime there = new UseOverTime("destination", destination.pid(), GUEST_BYTES);
                for (int round = plan.first(); round < plan.end(); round++) {
                    cutAgain(pair, plan, round);
                    assertThat(destination.runState()).as(plan.at(round)).isEqualTo("running");
                    assertThat(source.runState()).as(plan.at(round)).isEqualTo("finish-migrate");
                    if (plan.measures(round)) {
                        here.measure();
                        there.measure();
                    }
                }
                pair.recover(ANY_PORT);
                pair.complete();
                destination.awaitSaid(".*Memory is what the guest last wrote.*");
                plan.say(here.toString());
                plan.say(there.toString());
                here.assertFlat();
                there.assertFlat();
            }
            assertThat(source.runState()).isEqualTo("postmigrate");
            destination.qmp().execute("quit");
            destination.exits(0);
        }
    }

    /** Every third cut is within the handshake, before any page is sent. */
    private static void cutAgain(CutPair pair, SoakPlan plan, int round) throws Exception {
        SplittableRandom random = plan.random(round);
        try {
            boolean inHandshake = random.nextInt(3) == 0;
            pair.resume(ANY_PORT, random.nextInt(inHandshake ? HANDSHAKE_BYTES : MANY_BYTES));
            pair.awaitPaused();
        } catch (AssertionError e) {
            throw new AssertionError(plan.at(round), e);
        }
    }
}
