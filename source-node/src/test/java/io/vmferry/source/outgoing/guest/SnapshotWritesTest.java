package io.vmferry.source.outgoing.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which stores wait during a background snapshot, and until when. */
class SnapshotWritesTest {

    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 16 * 4096L)));
    private final RamBlock block = ram.blocks().getFirst();
    private final List<Integer> woken = new ArrayList<>();
    private final List<String> points = new ArrayList<>();
    private final ManualLoop loop = new ManualLoop();
    private final PageScan scan = new PageScan(ram);
    private final RecordOutput records = new RecordOutput(ram, true, new PageCounts());
    private final MemoryAccess memory = new MemoryAccess(ram, 2, new Woken());
    private final SnapshotWrites writes =
            new SnapshotWrites(
                    guest(),
                    loop,
                    scan,
                    Probe.of(point -> points.add(point.toString())),
                    new Turns(loop, new AttemptState()));

    private Guest guest() {
        VcpuRunner vcpus = new Woken();
        LocalLease lease = new LocalLease();
        RunControl run = new RunControl(vcpus, lease, e -> {}, RunState.PRELAUNCH, true);
        return new Guest("none", Optional.empty(), ram, List.of(), vcpus, run, lease, memory);
    }

    @BeforeEach
    void begin() {
        scan.unsent().addAll();
        writes.begin();
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    private void save(HostPages page) {
        scan.give(page, records.into(Unpooled.directBuffer(16384), 16384));
    }

    @Test
    void aStoreWaitsUntilItsPageIsSavedWhichIsNext() {
        assertThat(memory.admit(5)).isFalse();
        assertThat(memory.admit(5)).isFalse();
        loop.run();
        assertThat(points).containsExactly("store-held(ram+0x5000)");
        HostPages next = writes.next().orElseThrow();
        assertThat(next).isEqualTo(new HostPages(block, 5, 6));
        assertThat(woken).isEmpty();
        save(next);
        assertThat(woken).containsExactly(1);
        assertThat(memory.admit(5)).isTrue();
        assertThat(writes.next()).isEmpty();
    }

    @Test
    void aStoreToASavedPageDoesNotWait() {
        save(new HostPages(block, 4, 5));
        assertThat(memory.admit(4)).isTrue();
        assertThat(memory.admit(6)).isFalse();
    }

    @Test
    void aPageThatIsSavedBeforeItsStoreIsHeardOfLetsItGoOn() {
        assertThat(memory.admit(5)).isFalse();
        save(new HostPages(block, 5, 6));
        loop.run();
        assertThat(woken).containsExactly(1);
        assertThat(writes.next()).isEmpty();
    }

    @Test
    void theEndLetsAllStoresGoOn() {
        assertThat(memory.admit(2)).isFalse();
        assertThat(memory.admit(3)).isFalse();
        loop.run();
        writes.end();
        assertThat(woken).containsExactly(0, 1);
        assertThat(memory.admit(2)).isTrue();
        assertThat(memory.admit(9)).isTrue();
        assertThat(writes.next()).isEmpty();
    }

    @Test
    void aStoreThatIsHeardOfAfterTheEndGoesOn() {
        assertThat(memory.admit(3)).isFalse();
        writes.end();
        loop.run();
        assertThat(woken).containsExactly(1);
    }

    private final class Woken implements VcpuRunner {
        @Override
        public void start() {}

        @Override
        public void stop(Runnable whenStopped) {}

        @Override
        public void wake(int vcpu) {
            woken.add(vcpu);
        }

        @Override
        public void throttle(int percent) {}
    }
}
