package io.vmferry.machine.guest;

import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Profile;

/**
 * The capabilities and parameters in force on one side, and the QEMU version it speaks. Confined to
 * the engine's loop; the values themselves are immutable.
 */
public final class MigrationOptions {

    private final Profile profile;
    private final boolean asQemu;
    private Capabilities capabilities;
    private Parameters parameters;

    /** Initial options, with vmferry's deliberate deviations from QEMU. */
    public MigrationOptions(Profile profile, Capabilities capabilities, Parameters parameters) {
        this(profile, false, capabilities, parameters);
    }

    /**
     * Initial options.
     *
     * @param asQemu whether to do as QEMU does even where vmferry keeps what QEMU loses
     */
    public MigrationOptions(
            Profile profile, boolean asQemu, Capabilities capabilities, Parameters parameters) {
        this.profile = profile;
        this.asQemu = asQemu;
        this.capabilities = capabilities;
        this.parameters = parameters;
    }

    /** The QEMU version that this side speaks. */
    public Profile profile() {
        return profile;
    }

    /** Whether this side has to behave as QEMU where vmferry deviates on purpose. */
    public boolean follows(Deviation deviation) {
        return asQemu && deviation.concerns(profile);
    }

    /** The capabilities in force. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** The parameters in force. */
    public Parameters parameters() {
        return parameters;
    }

    /** Replaces the capabilities; the caller has checked that no migration runs. */
    public void capabilities(Capabilities next) {
        capabilities = next;
    }

    /** Replaces the parameters; allowed at any time. */
    public void parameters(Parameters next) {
        parameters = next;
    }
}
