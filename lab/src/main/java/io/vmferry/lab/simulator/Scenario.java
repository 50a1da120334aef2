package io.vmferry.lab.simulator;

import io.vmferry.machine.device.DeviceKind;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The complete input of a simulation, drawn from a seed, which alone repeats it.
 *
 * @param guest what migrates; its seed is the scenario's, its profile is the source's
 * @param destinationProfile the QEMU version that the destination behaves like
 * @param postcopyAfterNanos when the user starts postcopy, counted from {@code migrate}; empty for
 *     never
 * @param beginning the state of the guest when its migration begins
 * @param fault the fault outside of the two processes, or the exception within one of them
 * @param plans the planned faults within them
 */
public record Scenario(
        long seed,
        GuestSpec guest,
        Profile destinationProfile,
        Set<Capability> capabilities,
        Map<Parameter, Object> parameters,
        ReturnPathMode returnPathMode,
        List<Long> postcopyAfterNanos,
        SimulatedNetwork.LinkProfile network,
        Beginning beginning,
        Fault fault,
        Plans plans) {

    /**
     * The state of the guest when its migration begins.
     *
     * @param lease whether the nodes share a lease; without one nothing but the protocol keeps them
     *     from running the guest twice
     * @param paused whether the user has paused the guest
     */
    public record Beginning(boolean lease, boolean paused) {

        /** Running, with a lease. */
        static final Beginning USUAL = new Beginning(true, false);
    }

    /** A scenario without planned faults. */
    public Scenario(
            long seed,
            GuestSpec guest,
            Profile destinationProfile,
            Set<Capability> capabilities,
            Map<Parameter, Object> parameters,
            ReturnPathMode returnPathMode,
            List<Long> postcopyAfterNanos,
            SimulatedNetwork.LinkProfile network,
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

    /** Whether the guest may continue at the destination before its memory is there. */
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
        return profile().has(Trait.POSTCOPY_DEVICE) && hasReturnPath();
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

    /** Whether a device of the destination can be made to reject its state. */
    boolean hasRefusingDevice() {
        return guest.devices().stream().map(DeviceSpec::kind).anyMatch(Scenario::refusing);
    }

    /** Whether a device of this kind rejects its state if one is to do so. */
    static boolean refusing(DeviceKind kind) {
        return kind.text().startsWith("virtio");
    }

    /** A copy with other capabilities. */
    Scenario withCapabilities(Set<Capability> others) {
        return new Scenario(
                seed,
                guest,
                destinationProfile,
                others,
                parameters,
                returnPathMode,
                postcopyAfterNanos,
                network,
                beginning,
                fault,
                plans);
    }

    /** A copy with other migration parameters. */
    Scenario withParameters(Map<Parameter, Object> others) {
        return with(others, postcopyAfterNanos, beginning, fault, plans);
    }

    /** A copy whose user starts postcopy at other times. */
    Scenario askedForPostcopy(List<Long> afterNanos) {
        return with(parameters, afterNanos, beginning, fault, plans);
    }

    /** A copy with planned faults. */
    public Scenario withPlans(Plans planned) {
        return with(parameters, postcopyAfterNanos, beginning, fault, planned);
    }

    /** A copy with another fault. */
    public Scenario withFault(Fault other) {
        return with(parameters, postcopyAfterNanos, beginning, other, plans);
    }

    /** A copy with another state of the guest. */
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
        boolean fromOutside = fault.kind() != Fault.FaultKind.NONE && fault.kind().bug().isEmpty();
        return beginning.lease() || fromOutside || !plans.isEmpty();
    }
}
