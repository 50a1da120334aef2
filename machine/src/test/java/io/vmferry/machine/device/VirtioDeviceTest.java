package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtioDeviceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "virtio-net",
                "virtio-blk",
                "virtio-net,state-size=0",
                "virtio-blk,state-size=13",
                "virtio-net,state-size=1M"
            })
    void arrivesWhateverSeedTheTargetHas(String spec) throws StreamException {
        StateDevice source = device(spec, 1);
        byte[] first = Payloads.of(source);
        assertThat(first).hasSize(24 + (int) DeviceSpec.parse(spec).stateBytes());
        StateDevice target = device(spec, 2);
        Payloads.load(target.loader(source.versionId()), first);
        byte[] second = Payloads.of(target);
        assertThat(second).isNotEqualTo(first);
        Payloads.load(source.loader(source.versionId()), second);
    }

    /** The location of the ring is part of the state; the seed of the target does not matter. */
    @Test
    void looksAtTheRingThatItHadAtTheSource() throws StreamException {
        StateDevice source = device("virtio-net", 1);
        StateDevice target = device("virtio-net", 2);
        OptionalLong ring = source.guestPageReadOnLoad(1000);
        assertThat(ring.orElseThrow()).isBetween(0L, 999L);
        Set<Long> rings = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            rings.add(device("virtio-net", seed).guestPageReadOnLoad(1000).orElseThrow());
        }
        assertThat(rings).hasSizeGreaterThan(15);
        assertThat(target.guestPageReadOnLoad(1000)).isNotEqualTo(ring);
        Payloads.load(target.loader(11), Payloads.of(source));
        assertThat(target.guestPageReadOnLoad(1000)).isEqualTo(ring);
        assertThat(source.guestPageReadOnLoad(1)).hasValue(0);
        assertThat(device("virtio-net,ring=off", 1).guestPageReadOnLoad(1000)).isEmpty();
    }

    @Test
    void loadsFromAnyFragments() throws StreamException {
        byte[] payload = Payloads.of(device("virtio-net,state-size=77", 1));
        Payloads.loadByteByByte(device("virtio-net,state-size=77", 9).loader(11), payload);
    }

    @Test
    void refusesEveryFlippedByte() {
        byte[] payload = Payloads.of(device("virtio-blk,id=disk,state-size=61", 1));
        for (int at = 0; at < payload.length; at++) {
            byte[] damaged = payload.clone();
            damaged[at] ^= 1;
            String where = at < 24 ? "header of its state" : "byte " + (at - 24) + " of its state";
            assertThatThrownBy(() ->
                            Payloads.load(
                                    device("virtio-blk,id=disk,state-size=61", 1).loader(2),
                                    damaged))
                    .as("byte %d", at)
                    .isInstanceOfSatisfying(
                            StreamException.class,
                            e -> assertThat(e.error()).isEqualTo(StreamError.DEVICE_STATE))
                    .hasMessageStartingWith(
                            "Device 'disk' (0000:00:02.0/virtio-blk) refuses its state: ")
                    .hasMessageContaining(where);
        }
    }

    @Test
    void refusesAStateOfAnotherSize() {
        byte[] payload = Payloads.of(device("virtio-net,state-size=100", 1));
        assertThatThrownBy(() ->
                        Payloads.load(device("virtio-net,state-size=90", 1).loader(11), payload))
                .hasMessage(
                        "Device '0000:00:02.0/virtio-net' refuses its state: it has 100 bytes of state at"
                                + " the source and 90 here; both sides need the same --device options");
    }

    private static StateDevice device(String spec, long seed) {
        return (StateDevice) DeviceSpec.parse(spec).create(seed, 0);
    }
}
