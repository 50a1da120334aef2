package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.fault.InjectedBug;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An injected exception is handled by the simulated process, any other fails the simulation. */
class SimulatedHostTest {

    private final VirtualTime time = new VirtualTime();
    private final SimulatedHost host = new SimulatedHost("source", time);
    private final SimulatedHost other = new SimulatedHost("destination", time);
    private final List<Throwable> heard = new ArrayList<>();
    private boolean went;

    private void run() {
        time.runUntil(() -> false, 1_000);
    }

    @ParameterizedTest
    @EnumSource(InjectedBug.Type.class)
    void anInjectedBugAffectsItsOwnProcessOnly(InjectedBug.Type type) {
        InjectedBug bug = type.at("package-sent");
        host.whenUnexpected(heard::add);
        other.whenUnexpected(unexpected -> time.fail(unexpected));
        host.execute(bug::raise);
        other.execute(() -> went = true);
        run();
        assertThat(heard).containsExactly((Throwable) bug);
        assertThat(went).isTrue();
    }

    @Test
    void anExceptionThatWasNotInjectedFailsTheSimulation() {
        host.whenUnexpected(heard::add);
        host.execute(() -> {
            throw new IllegalStateException("of the engine");
        });
        assertThatThrownBy(this::run)
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "An exception that was not injected: java.lang.IllegalStateException: of the engine");
        assertThat(heard).isEmpty();
    }

    @Test
    void aHandlerThatFailsOverAPlannedBugFailsTheSimulation() {
        host.whenUnexpected(bug -> {
            throw new IllegalStateException("of the handler", null);
        });
        host.execute(InjectedBug.Type.ERROR.at("package-sent")::raise);
        assertThatThrownBy(this::run).hasMessageContaining("of the handler");
    }

    /** An engine handles an exception of its probe as its own bug. */
    @Test
    void aBrokenRuleIsNotTakenForABugOfTheEngine() {
        host.execute(() -> {
            try {
                host.fail(new AssertionError("Two guests run"));
            } catch (Throwable taken) {
                heard.add(taken);
            }
        });
        assertThatThrownBy(this::run).hasMessage("Two guests run");
        assertThat(heard).isEmpty();
    }

    @Test
    void aDeadProcessDoesNothing() {
        host.execute(() -> went = true);
        host.kill();
        run();
        assertThat(went).isFalse();
    }
}
