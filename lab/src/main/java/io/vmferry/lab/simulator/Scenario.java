package io.vmferry.lab.simulator;

import io.vmferry.machine.device.DeviceKind;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.source.outgoing.channel.ReturnPathMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Everything that decides a simulation. Drawn from a seed, so that the seed alone repeats it.
 *
 * @param guest what migrates; its seed is the scenario's, its profile is the source's
 * @param destinationProfile the QEMU version that the destination behaves like
 * @param postcopyAfterNanos when the user asks for postcopy, counted from {@code migrate}; empty
 *     when never
 * @param beginning how the guest is found when its migration begins
 * @param fault what goes wrong outside of the two processes, or is thrown within one of them
 * @param plans what goes wrong within them
 */
public record Scenario(
        long seed,
        GuestSpec guest,
        Profile destinationProfile,
        Set<Capability> capabilities,
        Map<Parameter, Object> parameters,
        ReturnPathMode returnPathMode,
        List<Long> postcopyAfterNanos,
        LinkProfile network,
        Beginning beginning,
        Fault fault,
        Plans plans) {

    /** A scenario in which nothing is planned to go wrong. */
    public Scenario(
            long seed,
            GuestSpec guest,
            Profile destinationProfile,
            Set<Capability> capabilities,
            Map<Parameter, Object> parameters,
            ReturnPathMode returnPathMode,
            List<Long> postcopyAfterNanos,
            LinkProfile network,
            Fault fault) {
        this(
                seed,
                guest,
                destinationProfile,
                capabilities,
                parameters,
                returnPathMode,
                postcopyAfterNanos,
                network,
                Beginning.USUAL,
                fault,
                Plans.NONE);
    }

    /** The scenario of a seed. */
    public static Scenario random(long seed) {
        return new ScenarioDraw(seed).precopy();
    }

    /** The scenario of a seed, with postcopy. */
    public static Scenario randomPostcopy(long seed) {
        return new ScenarioDraw(seed).postcopy();
    }

    static <T> T oneOf(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** Whether the guest may go on at the destination before its memory is there. */
    boolean postcopy() {
        return !postcopyAfterNanos.isEmpty();
    }

    /** Whether both sides have a return path. */
    boolean hasReturnPath() {
        return capabilities.contains(Capability.RETURN_PATH)
                || capabilities.contains(Capability.POSTCOPY_RAM);
    }

    /** The QEMU version that the source behaves like. */
    public Profile profile() {
        return guest.profile();
    }

    /** Whether the source waits in postcopy-device until it knows that the package was loaded. */
    boolean tellsPackageLoaded() {
        return profile().knowsPostcopyDevice() && hasReturnPath();
    }

    AllowedOutcomes.Way way() {
        if (!hasReturnPath()) {
            return AllowedOutcomes.Way.SILENT;
        }
        boolean bitmaps = postcopy() && !capabilities.contains(Capability.POSTCOPY_RAM);
        if (tellsPackageLoaded()) {
            return bitmaps ? AllowedOutcomes.Way.TOLD_BITMAPS : AllowedOutcomes.Way.TOLD;
        }
        return bitmaps ? AllowedOutcomes.Way.ASSUMED_BITMAPS : AllowedOutcomes.Way.ASSUMED;
    }

    /** Whether a device of the destination can be made to refuse its state. */
    boolean hasRefusingDevice() {
        return guest.devices().stream().map(DeviceSpec::kind).anyMatch(Scenario::refusing);
    }

    /** Whether a device of this kind is the one that refuses when one is to refuse. */
    static boolean refusing(DeviceKind kind) {
        return kind.text().startsWith("virtio");
    }

    /** The same scenario with other migration parameters. */
    Scenario withParameters(Map<Parameter, Object> others) {
        return with(others, postcopyAfterNanos, beginning, fault, plans);
    }

    /** The same scenario whose user asks for postcopy at other times. */
    Scenario askedForPostcopy(List<Long> afterNanos) {
        return with(parameters, afterNanos, beginning, fault, plans);
    }

    /** The same scenario in which something is planned to go wrong. */
    public Scenario withPlans(Plans planned) {
        return with(parameters, postcopyAfterNanos, beginning, fault, planned);
    }

    /** The same scenario in which another thing goes wrong. */
    public Scenario withFault(Fault other) {
        return with(parameters, postcopyAfterNanos, beginning, other, plans);
    }

    /** The same scenario whose guest is found otherwise. */
    Scenario beginning(Beginning other) {
        return with(parameters, postcopyAfterNanos, other, fault, plans);
    }

    private Scenario with(
            Map<Parameter, Object> options,
            List<Long> afterNanos,
            Beginning start,
            Fault cause,
            Plans planned) {
        return new Scenario(
                seed,
                guest,
                destinationProfile,
                capabilities,
                options,
                returnPathMode,
                afterNanos,
                network,
                start,
                cause,
                planned);
    }

    /**
     * Whether both nodes share a lease. Where there is none faults from outside may leave two
     * guests running, as in QEMU; a bug of one engine may not.
     */
    boolean leased() {
        boolean fromOutside = fault.kind() != Fault.Kind.NONE && fault.kind().bug().isEmpty();
        return beginning.lease() || fromOutside || !plans.isEmpty();
    }
}
