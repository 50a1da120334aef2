package io.vmferry.machine.guest;

import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuState;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A vCPU as a device: section {@code cpu}, instance = index of the vCPU. Its state carries what the
 * destination needs to continue the program and to verify the memory.
 *
 * <pre>
 *   u32 index  u32 count  u64 seed  u64 guest_pages  u64 steps
 *   u64 digest  u64 locator  u64 image_pages  u16 workload length  256 bytes workload
 * </pre>
 */
public final class CpuDevice implements StateDevice {

    private static final int VERSION = 1;
    private static final int WORKLOAD_BYTES = 256;
    private static final int STATE_BYTES = 4 + 4 + 6 * 8 + 2 + WORKLOAD_BYTES;

    private final Vcpu vcpu;
    private Optional<VcpuState> loaded = Optional.empty();

    /** The device of one vCPU. */
    public CpuDevice(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** What was loaded, for the check of the memory that belongs to it. */
    public Optional<VcpuState> loaded() {
        return loaded;
    }

    @Override
    public String idstr() {
        return "cpu";
    }

    @Override
    public int instanceId() {
        return vcpu.index();
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    @Override
    public void save(StateWriter out) {
        VcpuState state = vcpu.save();
        byte[] workload = state.workload().getBytes(StandardCharsets.US_ASCII);
        out.uint32("index", state.index())
                .uint32("count", state.count())
                .uint64("seed", state.seed())
                .uint64("guest_pages", state.guestPages())
                .uint64("steps", state.stepsExecuted())
                .uint64("digest", state.digest())
                .uint64("locator", state.locator())
                .uint64("image_pages", state.imagePages())
                .uint16("workload_length", workload.length)
                .buffer("workload", Arrays.copyOf(workload, WORKLOAD_BYTES));
    }

    @Override
    public PayloadReader loader(int versionId) {
        return PayloadReader.fixed(STATE_BYTES, this::load);
    }

    private void load(StateReader in) throws StreamException {
        int index = (int) in.uint32();
        int count = (int) in.uint32();
        long seed = in.uint64();
        long guestPages = in.uint64();
        long steps = in.uint64();
        long digest = in.uint64();
        long locator = in.uint64();
        long imagePages = in.uint64();
        int length = in.uint16();
        byte[] workload = new byte[WORKLOAD_BYTES];
        in.buffer(workload);
        try {
            if (length > WORKLOAD_BYTES) {
                throw new IllegalArgumentException("A workload text of " + length + " bytes");
            }
            String text = new String(workload, 0, length, StandardCharsets.US_ASCII);
            VcpuState state =
                    new VcpuState(
                            index,
                            count,
                            seed,
                            text,
                            guestPages,
                            steps,
                            digest,
                            locator,
                            imagePages);
            vcpu.load(state);
            loaded = Optional.of(state);
        } catch (IllegalArgumentException e) {
            throw StreamException.of(StreamError.DEVICE_STATE, Worded.of(e));
        }
    }
}
