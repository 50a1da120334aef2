package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.FileLease;
import io.vmferry.machine.lease.Taking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two nodes with a lease is killed at a random time of their migration: two guests never
 * run, and the holder of the lease runs the guest. By name only.
 */
class KillSoak {

    private static final int ROUNDS = 1000;

    /** The number of pairs at a time: most of a round is the start of its processes. */
    private static final int PAIRS = 3;

    private static final String GUEST = "--memory 64M --vcpus 2 --capability events --qmp ";
    private static final String WORKLOAD = "--workload uniform,boot=16M,rate=2000 ";
    private static final long BYTES_PER_SECOND = 64 << 20;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The time in which a destination reads all bytes of a killed source. */
    private static final long HEARD_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The process that is killed, or the place of the guest at the end. */
    private enum Fate {
        RUNS_AT_SOURCE,
        RUNS_AT_DESTINATION,
        LOST_WITH_THE_KILLED,
        LOST_BEFORE_IT_WAS_SENT
    }

    /** Stays when a round has failed, with what both nodes have said. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void oneOfTwoIsKilled() throws Exception {
        SoakPlan plan = SoakPlan.of(KillSoak.class, ROUNDS);
        Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
        UseOverTime use = new UseOverTime("this process", ProcessHandle.current().pid(), 0);
        try (ExecutorService threads = Executors.newFixedThreadPool(PAIRS)) {
            for (int round = plan.first(); round < plan.end(); round += PAIRS) {
                int end = Math.min(round + PAIRS, plan.end());
                List<Callable<Fate>> pairs = new ArrayList<>();
                for (int one = round; one < end; one++) {
                    int number = one;
                    pairs.add(() -> round(plan, number));
                }
                for (Future<Fate> fate : threads.invokeAll(pairs)) {
                    fates.merge(fate.get(), 1, Integer::sum);
                }
                if (IntStream.range(round, end).anyMatch(plan::measures)) {
                    // else the heap is as large as it has become since the last collection
                    System.gc();
                    use.measure();
                    assertThat(ProcessHandle.current().descendants())
                            .as("processes left")
                            .isEmpty();
                }
            }
        }
        plan.say("%s; %s".formatted(fates, use));
        use.assertFlat();
    }

    private Fate round(SoakPlan plan, int round) throws Exception {
        Path here = Files.createDirectory(directory.resolve("round" + round));
        try (Daemons daemons = new Daemons(here)) {
            return kill(daemons, plan.random(round));
        } catch (AssertionError e) {
            throw new AssertionError(plan.at(round), e);
        }
    }

    private static Fate kill(Daemons daemons, SplittableRandom random) throws Exception {
        boolean postcopy = random.nextBoolean();
        boolean killsSource = random.nextBoolean();
        String capability = postcopy ? "--capability postcopy-ram " : "--capability return-path ";
        DaemonProcess destination =
                daemons.destination(GUEST + capability + "--incoming tcp:127.0.0.1:0");
        DaemonProcess source = daemons.source(GUEST + capability + WORKLOAD);
        source.parameter("max-bandwidth", BYTES_PER_SECOND);
        source.parameter("max-postcopy-bandwidth", BYTES_PER_SECOND / 2);
        destination.qmp();
        source.migrate(destination.listening());
        long killNanos = System.nanoTime() + random.nextLong(LONGEST_NANOS);
        if (postcopy) {
            source.qmp().send("migrate-start-postcopy", "{}");
        }
        while (System.nanoTime() < killNanos) {
            assertOneRuns(source, destination);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        (killsSource ? source : destination).kill();
        DaemonProcess left = killsSource ? destination : source;
        return judge(daemons.file("lease"), left, killsSource);
    }

    /** No guest goes back from a node that has run it, so that only both at once are two. */
    private static void assertOneRuns(DaemonProcess source, DaemonProcess destination)
            throws Exception {
        boolean there = runs(destination);
        boolean here = runs(source);
        assertThat(there && here).as("two running guests").isFalse();
    }

    private static boolean runs(DaemonProcess node) throws Exception {
        return node.runState().equals("running");
    }

    /** Waits until the remaining process runs the guest, or the guest is lost. */
    private static Fate judge(Path file, DaemonProcess left, boolean sourceKilled)
            throws Exception {
        FileLease lease = FileLease.on(file, "judge");
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            boolean alive = ProcessHandle.of(left.pid()).map(ProcessHandle::isAlive).orElse(false);
            if (alive && has(left, sourceKilled)) {
                assertThat(lease.take())
                        .as("the lease of a guest that runs")
                        .isInstanceOf(Taking.HeldElsewhere.class);
                return sourceKilled ? Fate.RUNS_AT_DESTINATION : Fate.RUNS_AT_SOURCE;
            }
            if (!sourceKilled && gaveUp(left)) {
                boolean held =
                        left.awaitLogged(
                                        ".*The guest stays stopped, (another node has had its lease|it may be running).*")
                                .group(1)
                                .startsWith("another");
                // the destination may have been asked about while it died
                assertThat(lease.take().held()).as("the lease is free").isNotEqualTo(held);
                lease.giveUp();
                return Fate.LOST_WITH_THE_KILLED;
            }
            if (settled(left, sourceKilled, alive)) {
                assertThat(lease.take().held()).as("the lease of nobody").isTrue();
                assertThat(alive && repliesThatItRuns(left)).as("runs without lease").isFalse();
                lease.giveUp();
                return Fate.LOST_WITH_THE_KILLED;
            }
            long now = System.nanoTime();
            if (sourceKilled && now - end > HEARD_NANOS - PATIENCE_NANOS && waits(left)) {
                assertThat(lease.take().held()).as("the lease of nobody").isTrue();
                lease.giveUp();
                return Fate.LOST_BEFORE_IT_WAS_SENT;
            }
            assertThat(now).as("nothing is decided").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Whether a destination still listens: its source was killed before it had connected. */
    private static boolean waits(DaemonProcess destination) throws Exception {
        try {
            return Set.of("", "setup").contains(status(destination));
        } catch (AssertionError | IOException gone) {
            return false;
        }
    }

    /** A source whose migration is under way may give its lease up for a moment. */
    private static boolean has(DaemonProcess left, boolean sourceKilled) throws Exception {
        return (sourceKilled || status(left).equals("failed")) && repliesThatItRuns(left);
    }

    /** When the status is failed, the guest runs, if it is to run there. */
    private static boolean gaveUp(DaemonProcess source) throws Exception {
        return status(source).equals("failed") && !repliesThatItRuns(source);
    }

    private static String status(DaemonProcess node) throws Exception {
        return node.queryMigrate().path("status").asText();
    }

    /** A destination that is left without a guest ends; a source that has handed over stays. */
    private static boolean settled(DaemonProcess left, boolean sourceKilled, boolean alive)
            throws Exception {
        if (sourceKilled) {
            return !alive;
        }
        return status(left).equals("completed") || status(left).equals("postcopy-paused");
    }

    private static boolean repliesThatItRuns(DaemonProcess node) throws Exception {
        try {
            return runs(node);
        } catch (AssertionError | IOException gone) {
            // it has ended meanwhile
            return false;
        }
    }
}
