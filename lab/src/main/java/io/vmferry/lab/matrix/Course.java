package io.vmferry.lab.matrix;

import static io.vmferry.protocol.options.Capability.EVENTS;
import static io.vmferry.protocol.options.Capability.PAUSE_BEFORE_SWITCHOVER;
import static io.vmferry.protocol.options.Capability.POSTCOPY_PREEMPT;
import static io.vmferry.protocol.options.Capability.POSTCOPY_RAM;
import static io.vmferry.protocol.options.Capability.RETURN_PATH;
import static io.vmferry.protocol.options.Capability.SWITCHOVER_ACK;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.channel.ReturnPathMode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A course that a migration takes while nothing but what is planned goes wrong. Together they pass
 * every protocol point.
 *
 * @param name what people call it
 * @param meaning what is special about it, in a few words
 * @param postcopy whether it is switched to postcopy
 * @param devices as {@code --device} takes them
 * @param load what the simulator moves; real guests have more memory
 * @param sourcePlan what goes wrong in each cell of it, so that there is something to recover from
 * @param destinationPlan the same at the destination
 */
record Course(
        String name,
        String meaning,
        Profile profile,
        Set<Capability> capabilities,
        ReturnPathMode returnPathMode,
        boolean postcopy,
        List<String> devices,
        Load load,
        List<String> sourcePlan,
        List<String> destinationPlan) {

    private static final Set<Capability> PRECOPY = Set.of(EVENTS, RETURN_PATH);
    private static final Set<Capability> POSTCOPY = Set.of(EVENTS, RETURN_PATH, POSTCOPY_RAM);
    private static final Set<Capability> PREEMPT =
            Set.of(EVENTS, RETURN_PATH, POSTCOPY_RAM, POSTCOPY_PREEMPT);

    private static final List<String> DEVICES =
            List.of("virtio-net,load-time=20", "virtio-blk,save-time=20");

    /** When some of the memory has come and much has not. */
    private static final String BREAK = "package-loaded+100ms:close";

    private static final String REFUSAL = "device-load(virtio-net):fail";

    private static final Profile NEW = Profile.DEFAULT;
    private static final ReturnPathMode OWN = ReturnPathMode.CHANNEL;
    private static final ReturnPathMode INLINE = ReturnPathMode.INLINE;

    /** All courses, from the simplest on. */
    static final List<Course> ALL =
            List.of(
                    precopy("precopy", "a return path of its own", OWN, PRECOPY, DEVICES),
                    precopy("precopy-inline", "QEMU's return path", INLINE, PRECOPY, DEVICES),
                    precopy("precopy-silent", "no return path", INLINE, Set.of(EVENTS), DEVICES),
                    precopy(
                            "pause-before-switchover",
                            "waits for migrate-continue",
                            OWN,
                            Set.of(EVENTS, RETURN_PATH, PAUSE_BEFORE_SWITCHOVER),
                            DEVICES),
                    precopy(
                            "switchover-ack",
                            "waits for the destination's device",
                            OWN,
                            Set.of(EVENTS, RETURN_PATH, SWITCHOVER_ACK),
                            List.of("vfio,state-size=64K,initial-size=64K,prealloc-time=100")),
                    precopy(
                            "unplug",
                            "waits until the guest lets go of a device",
                            OWN,
                            PRECOPY,
                            List.of("failover-primary,id=nic,unplug-time=50")),
                    postcopy("postcopy", "a return path of its own", NEW, OWN, POSTCOPY),
                    postcopy("postcopy-inline", "QEMU's return path", NEW, INLINE, POSTCOPY),
                    postcopy(
                            "postcopy-old",
                            "before postcopy-device",
                            Profile.QEMU_9_2,
                            INLINE,
                            POSTCOPY),
                    postcopy("preempt", "requested pages overtake", NEW, OWN, PREEMPT),
                    new Course(
                            "postcopy-scattered",
                            "most discards are sent ahead",
                            NEW,
                            POSTCOPY,
                            OWN,
                            true,
                            DEVICES,
                            Load.SCATTERED,
                            List.of(),
                            List.of()),
                    recovery("recovery", "broken once and recovered", OWN, POSTCOPY),
                    recovery("recovery-preempt", "the same with preempt", INLINE, PREEMPT),
                    new Course(
                            "failure",
                            "a device refuses its state, the source goes on",
                            NEW,
                            POSTCOPY,
                            OWN,
                            true,
                            List.of("virtio-net", "failover-primary,id=nic,unplug-time=50"),
                            Load.USUAL,
                            List.of(),
                            List.of(REFUSAL)));

    private static Course precopy(
            String name,
            String meaning,
            ReturnPathMode path,
            Set<Capability> capabilities,
            List<String> devices) {
        return new Course(
                name,
                meaning,
                NEW,
                capabilities,
                path,
                false,
                devices,
                Load.USUAL,
                List.of(),
                List.of());
    }

    private static Course postcopy(
            String name,
            String meaning,
            Profile profile,
            ReturnPathMode path,
            Set<Capability> capabilities) {
        return new Course(
                name,
                meaning,
                profile,
                capabilities,
                path,
                true,
                DEVICES,
                Load.USUAL,
                List.of(),
                List.of());
    }

    private static Course recovery(
            String name, String meaning, ReturnPathMode path, Set<Capability> capabilities) {
        return new Course(
                name,
                meaning,
                NEW,
                capabilities,
                path,
                true,
                DEVICES,
                Load.USUAL,
                List.of(BREAK),
                List.of());
    }

    /**
     * The course of a name.
     *
     * @throws IllegalArgumentException that lists the names, when there is none
     */
    static Course of(String name) {
        return ALL.stream()
                .filter(course -> course.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no course '%s': expected one of %s"
                                        .formatted(name, names())));
    }

    private static String names() {
        return ALL.stream().map(Course::name).collect(Collectors.joining(", "));
    }

    /** What is planned at a side in each of its cells. */
    List<String> plan(Side side) {
        return side == Side.SOURCE ? sourcePlan : destinationPlan;
    }

    /** How many faults are planned in each of its cells. */
    int plannedFaults() {
        return sourcePlan.size() + destinationPlan.size();
    }

    boolean hasReturnPath() {
        return capabilities.contains(RETURN_PATH);
    }

    boolean preempts() {
        return capabilities.contains(POSTCOPY_PREEMPT);
    }

    /** The capabilities' QMP names. */
    List<String> capabilityNames() {
        return Arrays.stream(Capability.values())
                .filter(capabilities::contains)
                .map(Capability::qmpName)
                .toList();
    }
}
