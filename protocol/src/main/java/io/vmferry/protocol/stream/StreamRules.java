package io.vmferry.protocol.stream;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;

/**
 * What a destination of one version and machine expects of a stream.
 *
 * @param configuration whether a configuration follows the file header (QEMU's {@code
 *     send-configuration})
 * @param sectionFooters whether sections end with a footer ({@code send-section-footer})
 * @param switchoverStartKnown whether SWITCHOVER_START is a command; since QEMU 10.0
 * @param enableColoAccepted whether ENABLE_COLO is still a command; not since QEMU 11.1
 * @param maxPackagedBytes the largest package that is read; QEMU has no limit of its own
 */
public record StreamRules(
        boolean configuration,
        boolean sectionFooters,
        boolean switchoverStartKnown,
        boolean enableColoAccepted,
        int maxPackagedBytes) {

    /** Three orders of magnitude above what devices that can do postcopy put into a package. */
    public static final int DEFAULT_MAX_PACKAGED_BYTES = 32 << 20;

    public StreamRules {
        if (maxPackagedBytes < 0) {
            throw new IllegalArgumentException("Package limit " + maxPackagedBytes + " < 0");
        }
    }

    /** What a destination of one QEMU version expects. */
    public static StreamRules of(Profile profile) {
        return new StreamRules(
                true,
                true,
                profile.has(Trait.SWITCHOVER_START),
                profile.has(Trait.ENABLE_COLO),
                DEFAULT_MAX_PACKAGED_BYTES);
    }

    boolean accepts(CommandType type) {
        return switch (type) {
            case SWITCHOVER_START -> switchoverStartKnown;
            case ENABLE_COLO -> enableColoAccepted;
            case OPEN_RETURN_PATH,
                    PING,
                    POSTCOPY_ADVISE,
                    POSTCOPY_LISTEN,
                    POSTCOPY_RUN,
                    POSTCOPY_RAM_DISCARD,
                    PACKAGED,
                    POSTCOPY_RESUME,
                    RECV_BITMAP ->
                    true;
        };
    }
}
