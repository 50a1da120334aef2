package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The operations of a lane that only the proxy uses; the tests of the nodes' faults cover the
 * others.
 */
class LaneTest {

    private static final int STEP_BYTES = 4096;

    private final ManualLoop loop = new ManualLoop();
    private final List<Integer> carried = new ArrayList<>();
    private final Lane lane = new Lane(loop, () -> {});

    private void pass(int bytes) {
        lane.pass(Unpooled.wrappedBuffer(new byte[bytes]), this::carry);
    }

    private void carry(ByteBuf bytes) {
        carried.add(bytes.readableBytes());
        bytes.release();
    }

    private int carriedBytes() {
        return carried.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void aThrottledLaneCarriesAtAnEvenPace() {
        lane.throttle(100 * STEP_BYTES);
        pass(10 * STEP_BYTES);
        loop.advanceMillis(0);
        assertThat(carried).containsExactly(STEP_BYTES);
        loop.advanceMillis(9);
        assertThat(carried).hasSize(1);
        loop.advanceMillis(1);
        assertThat(carried).containsExactly(STEP_BYTES, STEP_BYTES);
        for (int i = 0; i < 8; i++) {
            loop.advanceMillis(10);
        }
        assertThat(carriedBytes()).isEqualTo(10 * STEP_BYTES);
        assertThat(lane.holding()).isFalse();
    }

    @Test
    void aRestoredLaneIsNotThrottledAnyMore() {
        lane.throttle(100 * STEP_BYTES);
        pass(10 * STEP_BYTES);
        assertThat(lane.state().trouble()).hasValue("throttle");
        lane.restore();
        assertThat(carriedBytes()).isEqualTo(10 * STEP_BYTES);
        assertThat(lane.state().trouble()).isEmpty();
        pass(STEP_BYTES);
        assertThat(carriedBytes()).isEqualTo(11 * STEP_BYTES);
    }

    @Test
    void theEndWaitsForWhatIsThrottled() {
        lane.throttle(100 * STEP_BYTES);
        pass(2 * STEP_BYTES);
        lane.pass(() -> carried.add(-1));
        for (int i = 0; i < 5; i++) {
            loop.advanceMillis(10);
        }
        assertThat(carried).containsExactly(STEP_BYTES, STEP_BYTES, -1);
    }

    @Test
    void aLaneIsFullOfWhatIsThrottledUntilItHasGone() {
        lane.throttle(1 << 20);
        pass(4 << 20);
        assertThat(lane.full()).isTrue();
        loop.advanceMillis(0);
        assertThat(lane.full()).isFalse();
    }

    @Test
    void aShorterStallDoesNotEndALongerOne() {
        lane.stall(10_000_000);
        lane.stall(1_000_000);
        pass(1);
        loop.advanceMillis(9);
        assertThat(carried).isEmpty();
        loop.advanceMillis(1);
        assertThat(carried).containsExactly(1);
    }
}
