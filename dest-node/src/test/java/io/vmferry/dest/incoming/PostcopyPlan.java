package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Destinations that may become those of a postcopy. */
final class PostcopyPlan {

    private PostcopyPlan() {}

    static Destination.Plan plan(Profile profile, Capability... more) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.capabilities = EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);
        plan.capabilities.addAll(List.of(more));
        return plan;
    }

    static Destination destination(Capability... more) {
        return new Destination(plan(Profile.QEMU_10_2, more));
    }

    /** One with a device that takes so long to load. */
    static Destination slow(int millis) {
        Destination.Plan plan = plan(Profile.QEMU_10_2);
        plan.extraDevices =
                List.of(DeviceSpec.parse("virtio-net,load-time=" + millis).create(1, 0));
        return new Destination(plan);
    }

    /** A connection that has brought a postcopy to where the guest runs, all pages missing. */
    static ManualLink running(Destination here) {
        ManualLink main = here.connect();
        main.receive(
                new StreamBytes()
                        .beginPostcopy()
                        .discard(0, 8)
                        .packaged(StreamBytes.listen().run())
                        .bytes());
        here.loop.run();
        assertThat(here.told).as(here.error()).endsWith("postcopy-active", "RESUME");
        return main;
    }

    /** Somebody looks at a page. */
    static void look(Destination here, int page, List<String> seen) {
        look(here.guest, here.loop, page, () -> seen.add("page " + page));
    }

    /** The same of a guest without its engine. */
    static void look(Guest guest, ManualLoop loop, int page, Runnable came) {
        boolean waits = guest.memory().fetch(guest.ram().blocks().getFirst(), page, came);
        assertThat(waits).isTrue();
        loop.run();
    }

    static List<String> requests(ManualLink link) {
        List<String> requests = new ArrayList<>();
        for (ReturnPathMessage message : Destination.messages(link)) {
            switch (message) {
                case ReturnPathMessage.ReqPagesId(long start, int length, String block) ->
                        requests.add(block + " " + start / 4096 + "+" + length / 4096);
                case ReturnPathMessage.ReqPages(long start, int length) ->
                        requests.add(start / 4096 + "+" + length / 4096);
                default -> {}
            }
        }
        return requests;
    }

    static List<Integer> pongs(ManualLink link) {
        List<Integer> pongs = new ArrayList<>();
        for (ReturnPathMessage message : Destination.messages(link)) {
            if (message instanceof ReturnPathMessage.Pong(int value)) {
                pongs.add(value);
            }
        }
        return pongs;
    }
}
