package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.announce.SelfAnnouncement;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnounceCommandTest {

    private static final List<Device> CARDS =
            List.of(
                    DeviceSpec.parse("virtio-net,id=a").create(1, 0),
                    DeviceSpec.parse("virtio-net,id=b").create(1, 1));

    private final ManualLoop loop = new ManualLoop();
    private final List<String> packets = new ArrayList<>();
    private final Asked guest = build();
    private int made;

    private Asked build() {
        CommandTable.Builder table = CommandTable.builder(Profile.DEFAULT);
        new AnnounceCommand(
                        () -> {
                            made++;
                            return new SelfAnnouncement(
                                    loop,
                                    Probe.of(point ->
                                            packets.add(loop.millis() + point.argumentText())),
                                    CARDS);
                        })
                .addTo(table);
        return new Asked(table);
    }

    private void announce(String more) {
        assertThat(
                        guest.ask(
                                "announce-self",
                                "{'initial':10,'max':100,'step':0,'rounds':" + more + "}"))
                .containsExactly("{}");
    }

    @Test
    void announcesAllCards() {
        announce("2");
        loop.advanceMillis(1000);
        assertThat(packets).containsExactly("0a", "0b", "10a", "10b");
    }

    @Test
    void announcementsAreToldApartByTheirIds() {
        announce("3,'interfaces':['a'],'id':'one'");
        announce("3,'interfaces':['b'],'id':'two'");
        loop.advanceMillis(5);
        announce("0,'id':'one'");
        announce("2,'interfaces':['b'],'id':'two'");
        loop.advanceMillis(1000);
        assertThat(packets).containsExactly("0a", "0b", "5b", "15b");
        assertThat(made).isEqualTo(2);
        announce("0,'id':'never heard of'");
        assertThat(made).isEqualTo(2);
    }

    @Test
    void whatHasEndedIsForgotten() {
        for (int i = 0; i < 3; i++) {
            announce("1,'id':'once'");
        }
        assertThat(made).as("a finished announcement is removed").isEqualTo(3);
    }

    @Test
    void noMoreGoOnThanOthersCanBear() {
        for (int i = 0; i < AnnounceCommand.MAX_AT_A_TIME; i++) {
            announce("-1,'id':'" + i + "'");
        }
        assertThat(
                        guest.ask(
                                "announce-self",
                                "{'initial':10,'max':100,'step':0,'rounds':-1,'id':'more'}"))
                .containsExactly("error: 16 announcements are in progress, which is the limit");
        assertThat(made).isEqualTo(AnnounceCommand.MAX_AT_A_TIME);
        announce("-1,'id':'3'");
        announce("0,'id':'3'");
        announce("-1,'id':'more'");
    }

    @Test
    void fourNumbersAreNeeded() {
        assertThat(guest.ask("announce-self"))
                .containsExactly("error: Parameter 'initial' is missing");
    }
}
