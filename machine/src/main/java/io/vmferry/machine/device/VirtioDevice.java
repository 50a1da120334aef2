package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;
import java.util.OptionalLong;

/** A device like virtio-net or virtio-blk: some KiB of state in one section. */
final class VirtioDevice implements StateDevice {
    private final DeviceSpec spec;
    private final String idstr;
    private SeededState state;

    /** Computed ahead, as the state of a real device exists before it is saved. */
    private Optional<byte[]> content;

    VirtioDevice(DeviceSpec spec, String idstr, long seed) {
        this.spec = spec;
        this.idstr = idstr;
        this.state = new SeededState(seed, 0, spec.stateBytes());
        this.content = Optional.of(state.content());
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
        out.uint64("seed", state.seed())
                .uint32("generation", state.generation())
                .uint64("length", state.contentBytes())
                .uint32("checksum", Integer.toUnsignedLong(state.headerCrc()))
                .buffer("content", content());
    }

    private byte[] content() {
        if (content.isEmpty()) {
            content = Optional.of(state.content());
        }
        return content.get();
    }

    @Override
    public PayloadReader loader(int versionId) {
        SeededStateCheck check =
                new SeededStateCheck(spec.nameOf(idstr), spec.stateBytes(), state, content());
        return in -> load(in, check);
    }

    /** The ring's page is derived from the seed, which is part of the state. */
    @Override
    public OptionalLong guestPageReadOnLoad(long guestPages) {
        if (!spec.ring() || guestPages == 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.remainderUnsigned(state.ringSeed(), guestPages));
    }

    private boolean load(ByteBuf in, SeededStateCheck check) throws StreamException {
        check.accept(in, (int) Math.min(in.readableBytes(), check.leftBytes()));
        if (check.leftBytes() > 0) {
            return false;
        }
        state = check.state().next();
        content = Optional.empty();
        return true;
    }

    @Override
    public Optional<String> networkCard() {
        if (spec.kind() != DeviceKind.VIRTIO_NET) {
            return Optional.empty();
        }
        return Optional.of(spec.id().isEmpty() ? idstr : spec.id());
    }

    @Override
    public long saveNanos() {
        return spec.times().saveNanos();
    }

    @Override
    public long loadNanos() {
        return spec.times().loadNanos();
    }
}
