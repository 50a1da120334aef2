package io.vmferry.protocol.multifd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.stream.StreamException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InitialPacketTest {

    private static final UUID UUID_HERE = UUID.fromString("12345678-9abc-def0-1234-56789abcdef0");

    private static ByteBuf packet(int channel) {
        ByteBuf out = Unpooled.buffer();
        new InitialPacket(UUID_HERE, channel).write(out);
        return out;
    }

    @Test
    void hasQemusForm() {
        ByteBuf out = packet(254);
        assertThat(out.readableBytes()).isEqualTo(InitialPacket.WIRE_BYTES);
        assertThat(InitialPacket.startsWith(out.getInt(0))).isTrue();
        assertThat(out.getLong(8)).isEqualTo(0x1234_5678_9ABC_DEF0L);
        assertThat(out.getUnsignedByte(24)).isEqualTo((short) 254);
        assertThat(out.getLong(25)).isZero();
    }

    @Test
    void isReadOnceItIsThereAsAWhole() throws StreamException {
        ByteBuf out = packet(1);
        assertThat(InitialPacket.read(out.slice(0, 63), UUID_HERE, 2)).isEmpty();
        assertThat(InitialPacket.read(out, UUID_HERE, 2)).contains(new InitialPacket(UUID_HERE, 1));
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void ofAnotherGuestIsRefused() {
        assertThatThrownBy(() -> InitialPacket.read(packet(1), InitialPacket.NO_UUID, 2))
                .hasMessage(
                        "multifd: received uuid '%s' and expected uuid '%s' for channel 1"
                                .formatted(UUID_HERE, InitialPacket.NO_UUID));
    }

    @Test
    void ofAChannelTooManyIsRefused() {
        assertThatThrownBy(() -> InitialPacket.read(packet(2), UUID_HERE, 2))
                .hasMessage("multifd: received channel id 2 is greater than number of channels 2");
    }

    @Test
    void ofAnotherVersionIsRefused() {
        ByteBuf out = packet(0).setInt(4, 9);
        assertThatThrownBy(() -> InitialPacket.read(out, UUID_HERE, 2))
                .hasMessage("multifd: received packet version 9 expected 1");
    }
}
