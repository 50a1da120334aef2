package io.vmferry.lab.matrix;

import static io.vmferry.protocol.options.Capability.EVENTS;
import static io.vmferry.protocol.options.Capability.MULTIFD;
import static io.vmferry.protocol.options.Capability.PAUSE_BEFORE_SWITCHOVER;
import static io.vmferry.protocol.options.Capability.POSTCOPY_PREEMPT;
import static io.vmferry.protocol.options.Capability.POSTCOPY_RAM;
import static io.vmferry.protocol.options.Capability.RETURN_PATH;
import static io.vmferry.protocol.options.Capability.SWITCHOVER_ACK;
import static io.vmferry.protocol.options.Capability.XBZRLE;

import io.vmferry.protocol.Closest;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A migration that takes a known course as long as only its own planned faults happen. Together the
 * courses pass every protocol point.
 *
 * @param name on the command line and in reports
 * @param meaning what is special about it, in a few words
 * @param devices as {@code --device} takes them
 * @param load the guest that the simulator moves; real guests have more memory
 * @param sourcePlan the faults of the source in each of its cells, so that there is a recovery
 * @param destinationPlan the same for the destination
 */
record Course(
        String name,
        String meaning,
        Profile profile,
        ReturnPathMode returnPathMode,
        Set<Capability> capabilities,
        List<String> devices,
        Load load,
        List<String> sourcePlan,
        List<String> destinationPlan) {

    /**
     * The simulated guest of a course and its speed.
     *
     * @param bandwidthBytesPerSecond at most, before the switch to postcopy
     * @param stepsPerSecond pages that each vCPU writes
     */
    record Load(int memoryPages, long bandwidthBytesPerSecond, int stepsPerSecond) {

        /** Little memory, so that many cells take little time. */
        static final Load USUAL = new Load(96, 1 << 20, 200);

        /** Random writes to memory that was sent before: many dirty ranges at the switchover. */
        static final Load SCATTERED = new Load(384, 4 << 20, 2000);

        long memoryBytes() {
            return memoryPages * 4096L;
        }
    }

    private static final Set<Capability> PRECOPY = Set.of(EVENTS, RETURN_PATH);
    private static final Set<Capability> POSTCOPY = Set.of(EVENTS, RETURN_PATH, POSTCOPY_RAM);
    private static final Set<Capability> PREEMPT =
            Set.of(EVENTS, RETURN_PATH, POSTCOPY_RAM, POSTCOPY_PREEMPT);

    private static final Set<Capability> PRECOPY_MULTIFD = Set.of(EVENTS, RETURN_PATH, MULTIFD);
    private static final Set<Capability> PREEMPT_MULTIFD =
            Set.of(EVENTS, RETURN_PATH, POSTCOPY_RAM, POSTCOPY_PREEMPT, MULTIFD);

    private static final List<String> DEVICES =
            List.of("virtio-net,load-time=20", "virtio-blk,save-time=20");

    private static final String PRIMARY = "failover-primary,id=nic,unplug-time=50";

    /** Breaks a postcopy when some of the memory has arrived and much has not. */
    private static final String BREAK = "package-loaded+100ms:close";

    private static final String REFUSAL = "device-load(virtio-net):fail";

    private static final ReturnPathMode OWN = ReturnPathMode.CHANNEL;
    private static final ReturnPathMode INLINE = ReturnPathMode.INLINE;

    /** All courses, the simplest first. */
    static final List<Course> ALL =
            List.of(
                    new Course("precopy", "a return path of its own", OWN, PRECOPY, DEVICES),
                    new Course("precopy-inline", "QEMU's return path", INLINE, PRECOPY, DEVICES),
                    new Course("precopy-silent", "no return path", INLINE, Set.of(EVENTS), DEVICES),
                    new Course(
                            "xbzrle",
                            "pages as their difference to what was sent",
                            OWN,
                            Set.of(EVENTS, RETURN_PATH, XBZRLE),
                            DEVICES),
                    new Course(
                            "pause-before-switchover",
                            "waits for migrate-continue",
                            OWN,
                            Set.of(EVENTS, RETURN_PATH, PAUSE_BEFORE_SWITCHOVER),
                            DEVICES),
                    new Course(
                            "switchover-ack",
                            "waits for the destination's device",
                            OWN,
                            Set.of(EVENTS, RETURN_PATH, SWITCHOVER_ACK),
                            List.of("vfio,state-size=64K,initial-size=64K,prealloc-time=100")),
                    new Course("multifd", "pages on two channels", OWN, PRECOPY_MULTIFD, DEVICES),
                    new Course(
                            "multifd-old",
                            "the same, synchronised after each section",
                            Profile.QEMU_7_2,
                            INLINE,
                            PRECOPY_MULTIFD,
                            DEVICES,
                            Load.USUAL,
                            List.of(),
                            List.of()),
                    new Course(
                            "unplug",
                            "waits until the guest lets go of a device",
                            OWN,
                            PRECOPY,
                            List.of(PRIMARY)),
                    new Course("postcopy", "a return path of its own", OWN, POSTCOPY, DEVICES),
                    new Course("postcopy-inline", "QEMU's return path", INLINE, POSTCOPY, DEVICES),
                    new Course(
                            "postcopy-old",
                            "before postcopy-device",
                            Profile.QEMU_9_2,
                            INLINE,
                            POSTCOPY,
                            DEVICES,
                            Load.USUAL,
                            List.of(),
                            List.of()),
                    new Course("preempt", "requested pages overtake", OWN, PREEMPT, DEVICES),
                    new Course(
                            "postcopy-scattered",
                            "most discards are sent ahead",
                            Profile.DEFAULT,
                            OWN,
                            POSTCOPY,
                            DEVICES,
                            Load.SCATTERED,
                            List.of(),
                            List.of()),
                    recovery("recovery", "broken once and recovered", OWN, POSTCOPY),
                    recovery("recovery-preempt", "the same with preempt", INLINE, PREEMPT),
                    recovery(
                            "recovery-multifd",
                            "the same after a precopy on two channels",
                            OWN,
                            PREEMPT_MULTIFD),
                    new Course(
                            "failure",
                            "a device rejects its state, the source continues",
                            Profile.DEFAULT,
                            OWN,
                            POSTCOPY,
                            List.of("virtio-net", PRIMARY),
                            Load.USUAL,
                            List.of(),
                            List.of(REFUSAL)));

    /** A course of the default profile and load, without planned faults. */
    private Course(
            String name,
            String meaning,
            ReturnPathMode path,
            Set<Capability> capabilities,
            List<String> devices) {
        this(
                name,
                meaning,
                Profile.DEFAULT,
                path,
                capabilities,
                devices,
                Load.USUAL,
                List.of(),
                List.of());
    }

    private static Course recovery(
            String name, String meaning, ReturnPathMode path, Set<Capability> capabilities) {
        return new Course(
                name,
                meaning,
                Profile.DEFAULT,
                path,
                capabilities,
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
                                "There is no course '%s'%s: expected one of %s"
                                        .formatted(
                                                name,
                                                Closest.hint(name, names()),
                                                String.join(", ", names()))));
    }

    private static List<String> names() {
        return ALL.stream().map(Course::name).toList();
    }

    /** The faults that are planned at a side in each of its cells. */
    List<String> plan(Side side) {
        return side == Side.SOURCE ? sourcePlan : destinationPlan;
    }

    /** The number of faults that are planned in each of its cells. */
    int plannedFaults() {
        return sourcePlan.size() + destinationPlan.size();
    }

    /** Whether it is switched to postcopy. */
    boolean postcopy() {
        return capabilities.contains(POSTCOPY_RAM);
    }

    boolean hasReturnPath() {
        return capabilities.contains(RETURN_PATH);
    }

    boolean multifd() {
        return capabilities.contains(MULTIFD);
    }

    boolean preempts() {
        return capabilities.contains(POSTCOPY_PREEMPT);
    }

    /** The capabilities' QMP names. */
    List<String> capabilityNames() {
        return Arrays.stream(Capability.values())
                .filter(capabilities::contains)
                .map(Capability::text)
                .toList();
    }
}
