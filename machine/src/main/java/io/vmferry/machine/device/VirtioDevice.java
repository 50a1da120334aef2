package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamException;

/** A device like virtio-net or virtio-blk: some KiB of state in one section. */
final class VirtioDevice implements StateDevice {
    private final DeviceSpec spec;
    private final String idstr;
    private SeededState state;

    VirtioDevice(DeviceSpec spec, String idstr, long seed) {
        this.spec = spec;
        this.idstr = idstr;
        this.state = new SeededState(seed, 0, spec.stateBytes());
    }

    @Override
    public String idstr() {
        return idstr;
    }

    @Override
    public int versionId() {
        return spec.kind().versionId();
    }

    @Override
    public void save(StateWriter out) {
        int contentBytes = Math.toIntExact(state.contentBytes());
        ByteBuf content = Unpooled.buffer(Math.max(1, contentBytes));
        state.write(content, SeededState.HEADER_BYTES, contentBytes);
        out.uint64("seed", state.seed())
                .uint32("generation", state.generation())
                .uint64("length", state.contentBytes())
                .uint32("checksum", Integer.toUnsignedLong(state.headerCrc()))
                .buffer("content", ByteBufUtil.getBytes(content));
    }

    @Override
    public PayloadReader loader(int versionId) {
        SeededStateCheck check = new SeededStateCheck(spec.nameOf(idstr), spec.stateBytes());
        return in -> load(in, check);
    }

    private boolean load(ByteBuf in, SeededStateCheck check) throws StreamException {
        check.accept(in, (int) Math.min(in.readableBytes(), check.leftBytes()));
        if (check.leftBytes() > 0) {
            return false;
        }
        state = check.state().next();
        return true;
    }

    @Override
    public long saveNanos() {
        return spec.saveNanos();
    }

    @Override
    public long loadNanos() {
        return spec.loadNanos();
    }
}
