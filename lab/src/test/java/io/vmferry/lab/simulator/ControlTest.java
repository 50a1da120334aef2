package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledFault.FaultProgress;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults, cuts and waits while two engines migrate in virtual time. */
class ControlTest {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long CUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private SimulatedPair pair;
    private SimulatedPair.Destination destination;
    private Control control;

    @BeforeEach
    void begin() throws Exception {
        pair =
                new SimulatedPair(
                        Meeting.scenario(
                                Profile.DEFAULT, Set.of(Capability.RETURN_PATH), 64L << 20),
                        SimulatedPair.NodeKind.CONTROLLABLE);
        pair.start();
        destination = pair.destination("destination");
        control = pair.source.control().orElseThrow();
    }

    @AfterEach
    void end() {
        pair.close();
        destination.side.hosted.close();
    }

    /** A request that must not be refused. */
    private interface Request {
        void run() throws RefusedException;
    }

    /** Runs a request at a point of the source. */
    private void at(String point, Request request) throws RefusedException {
        PointWaiter waiter =
                new PointWaiter() {
                    @Override
                    public void over(long id, boolean reached) {
                        assertThat(reached).isTrue();
                        try {
                            request.run();
                        } catch (RefusedException e) {
                            throw new AssertionError(e);
                        }
                    }

                    @Override
                    public boolean gone() {
                        return false;
                    }
                };
        control.await(point, false, Control.MAX_WAIT_MILLIS, waiter);
    }

    private MigrationStatus migrate() throws Exception {
        pair.migrateTo(destination);
        pair.time.runUntil(() -> !pair.outgoing.running(), PATIENCE_NANOS);
        return pair.outgoing.status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "main", "return-path", "stream"})
    void aBlackholeThatIsRestoredInTimeLosesNothing(String channel) throws Exception {
        at(
                "dirty-sync#2",
                () -> {
                    control.cut(channel, CutKind.BLACKHOLE);
                    pair.source.host.schedule(
                            CUT_NANOS,
                            () -> {
                                try {
                                    control.restore(channel);
                                } catch (RefusedException e) {
                                    pair.source.host.fail(e);
                                }
                            });
                });
        assertThat(migrate()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(pair.time.nowNanos()).isGreaterThan(CUT_NANOS);
        pair.time.runUntil(destination::ran, pair.time.nowNanos() + PATIENCE_NANOS);
        assertThat(destination.oracle.orElseThrow().sweep().satisfied()).isTrue();
    }

    @Test
    void aBlackholeThatIsNotRestoredFailsTheMigration() throws Exception {
        at("dirty-sync#2", () -> control.cut("all", CutKind.BLACKHOLE));
        assertThat(migrate()).isEqualTo(MigrationStatus.FAILED);
        assertThat(pair.source.runsGuest()).isTrue();
    }

    @Test
    void aFaultThatIsAddedInTimeIsInjected() throws Exception {
        at("dirty-sync#2", () -> control.addFault("guest-stopped:reset", false));
        assertThat(migrate()).isEqualTo(MigrationStatus.FAILED);
        assertThat(pair.source.points())
                .containsSubsequence("guest-stopped", "fault-injected(reset)");
        assertThat(control.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.progress()).isEqualTo(FaultProgress.INJECTED));
    }

    @Test
    void withoutRequestsAControllablePairMigratesAsUsual() throws Exception {
        assertThat(migrate()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(control.channels()).hasSizeLessThanOrEqualTo(2);
        assertThat(control.points()).anySatisfy(p -> assertThat(p.point()).isEqualTo("eof-sent"));
    }
}
