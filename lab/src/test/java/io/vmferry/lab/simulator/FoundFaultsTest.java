package io.vmferry.lab.simulator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Scenarios in which random simulation or the sweep has found a fault of the engines, so that it
 * does not come back unseen. What must hold is checked by the simulation itself.
 */
class FoundFaultsTest {

    @ParameterizedTest(name = "seed {0}, {1}")
    @CsvSource({
        // the source fell into a postcopy status after a bug at the end of a precopy
        "261, EXCEPTION@point:43",
        "261, ERROR@source:eof-sent:1+0",
    })
    void inPrecopy(long seed, String fault) {
        Simulation.run(Scenario.random(seed).withFault(Fault.parse(fault)));
    }

    @ParameterizedTest(name = "seed {0}, {1}")
    @CsvSource({
        // a process that was all that had the guest would have ended as if it were lost
        "755, LEASE_FULL@point:40",
        // PONG 0x42 was dropped with its channel, or overtaken by the end of another one
        "60, EXCEPTION@destination:pong-sent(0x42):1+0",
        "5102, EXCEPTION@destination:pong-sent(0x42):1+0",
        // a reader whose callback had thrown went on until the lease had responded
        "79, ERROR@destination:requested-page-placed:1+0",
        // a guest whose lease was taken as its channel broke ran without the source being told
        "20043, CUT_MAIN@destination:device-load-started(cpu):1+14365385",
        "20088, CUT_PREEMPT@destination:device-loaded(globalstate):1+0",
    })
    void inPostcopy(long seed, String fault) {
        Simulation.run(Scenario.randomPostcopy(seed).withFault(Fault.parse(fault)));
    }
}
