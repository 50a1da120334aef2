package io.vmferry.machine.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.announce.SelfAnnouncement.AnnounceParameters;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfAnnouncementTest {

    private static final List<Device> DEVICES =
            List.of(
                    DeviceSpec.parse("virtio-net,id=net0").create(1, 0),
                    DeviceSpec.parse("virtio-blk,id=disk").create(1, 1),
                    DeviceSpec.parse("virtio-net").create(1, 2));

    private static final String SECOND_CARD = "0000:00:04.0/virtio-net";

    private final ManualLoop loop = new ManualLoop();
    private final List<String> packets = new ArrayList<>();
    private final SelfAnnouncement announcement =
            new SelfAnnouncement(
                    loop,
                    Probe.of(point -> {
                        assertThat(point.name()).isEqualTo(PointName.ANNOUNCED);
                        packets.add(loop.millis() + " " + point.argumentText());
                    }),
                    DEVICES);

    private static AnnounceParameters only(
            long initial, long max, int rounds, long step, String... interfaces) {
        return new AnnounceParameters(initial, max, rounds, step, Set.of(interfaces));
    }

    @Test
    void aGuestThatHasArrivedAnnouncesFiveTimes() {
        announcement.start(AnnounceParameters.of(Parameters.defaults(Profile.DEFAULT)));
        assertThat(packets)
                .as("the first round without delay")
                .containsExactly("0 net0", "0 " + SECOND_CARD);
        loop.advanceMillis(10_000);
        assertThat(packets)
                .filteredOn(packet -> packet.endsWith("net0"))
                .containsExactly("0 net0", "50 net0", "200 net0", "450 net0", "800 net0");
        assertThat(announcement.running()).isFalse();
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void delaysGrowByTheStepUpToTheMaximum() {
        announcement.start(only(10, 25, 6, 10, "net0"));
        loop.advanceMillis(10_000);
        assertThat(packets)
                .containsExactly("0 net0", "10 net0", "30 net0", "55 net0", "80 net0", "105 net0");
    }

    @Test
    void onlyTheNamedCardsAnnounce() {
        announcement.start(only(1, 1, 1, 1, SECOND_CARD, "disk", "nothing"));
        assertThat(packets).containsExactly("0 " + SECOND_CARD);
        assertThat(announcement.running()).isFalse();
    }

    @Test
    void aNewOneTakesThePlaceOfTheOldOneAndNoRoundsEndIt() {
        announcement.start(only(10, 10, 3, 0, "net0"));
        loop.advanceMillis(5);
        announcement.start(only(20, 20, 2, 0, "net0"));
        loop.advanceMillis(1000);
        assertThat(packets).containsExactly("0 net0", "5 net0", "25 net0");

        announcement.start(only(10, 10, 3, 0, "net0"));
        announcement.start(only(10, 10, 0, 0, "net0"));
        assertThat(announcement.running()).isFalse();
        loop.advanceMillis(1000);
        assertThat(packets).hasSize(4);
    }

    @Test
    void numbersWithoutSenseDoNotKeepTheLoopBusy() {
        announcement.start(only(-1, -1, -1, 0, "net0"));
        loop.advanceMillis(100);
        assertThat(packets).hasSize(101);
        assertThat(announcement.running()).isTrue();
    }
}
