package io.vmferry.protocol.profile;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The QEMU version a daemon behaves as. Every difference between versions that vmferry knows is one
 * named method here; constants are ordered from old to new.
 */
public enum Profile implements MonitorSwitches {
    /** QEMU 7.2. */
    QEMU_7_2(7, 2),
    /** QEMU 8.2. */
    QEMU_8_2(8, 2),
    /** QEMU 9.2. */
    QEMU_9_2(9, 2),
    /** QEMU 10.0. */
    QEMU_10_0(10, 0),
    /** QEMU 10.2. */
    QEMU_10_2(10, 2),
    /** QEMU 11.1. */
    QEMU_11_1(11, 1);

    /** What a daemon behaves as when nobody asked for anything else. */
    public static final Profile DEFAULT = QEMU_10_2;

    private final int major;
    private final int minor;

    Profile(int major, int minor) {
        this.major = major;
        this.minor = minor;
    }

    /** The name on the command line, for example {@code qemu-7.2}. */
    public String qmpName() {
        return "qemu-" + major + "." + minor;
    }

    /** What the greeting and {@code query-version} announce. */
    public QemuVersion qemuVersion() {
        return new QemuVersion(major, minor, 0, "vmferry");
    }

    /** The profile of a name, or empty. */
    public static Optional<Profile> parse(String name) {
        return Arrays.stream(values()).filter(p -> p.qmpName().equals(name)).findFirst();
    }

    /** All names, from old to new, for messages that say what would have been accepted. */
    public static String names() {
        return Arrays.stream(values()).map(Profile::qmpName).collect(Collectors.joining(", "));
    }

    /** Whether this version is not older than the other one. */
    private boolean since(Profile other) {
        return compareTo(other) >= 0;
    }

    // Statuses ------------------------------------------------------------------------------

    /** {@code postcopy-recover-setup} stands between paused and recover on the source (9.1). */
    public boolean knowsRecoverSetup() {
        return since(QEMU_9_2);
    }

    /** {@code device} is entered by every migration, not only by a paused switchover (10.0). */
    public boolean alwaysEntersDevice() {
        return since(QEMU_10_0);
    }

    /** {@code postcopy-device} stands between device and postcopy-active (10.2). */
    public boolean knowsPostcopyDevice() {
        return since(QEMU_10_2);
    }

    /** The source cleans up in {@code failing} before it is {@code failed} (11.0). */
    public boolean knowsFailing() {
        return since(QEMU_11_1);
    }

    /**
     * A source whose return path cannot be read notices when it waits for the last answer; before,
     * the error closed the file under the writer (8.1).
     */
    public boolean readsReturnPathLast() {
        return since(QEMU_8_2);
    }

    /**
     * The levels of multifd's compression can be set; earlier they are accepted and forgotten
     * (9.0).
     */
    public boolean keepsMultifdLevels() {
        return since(QEMU_9_2);
    }

    /** {@code query-migrate} says why a paused switchover failed; only 7.2 does not. */
    public boolean tellsWhySwitchoverFailed() {
        return since(QEMU_8_2);
    }

    /** The source can cancel a postcopy, and loses its guest (until 9.2). */
    public boolean cancelsPostcopy() {
        return !since(QEMU_10_0);
    }

    /**
     * A cancel while the source connects ends the migration at once, although the connect goes on;
     * a new migration gets stuck in setup beside it (10.0 to 10.2).
     */
    public boolean cancelsBesideConnect() {
        return since(QEMU_10_0) && !since(QEMU_11_1);
    }

    /** Why a postcopy was paused is told until its recovery is connected (9.1 to 10.2). */
    public boolean recoveryForgetsErrorLate() {
        return knowsRecoverSetup() && !since(QEMU_11_1);
    }

    /** A destination that no source has reached fails without having been active (11.1). */
    public boolean failsFromIncomingSetup() {
        return since(QEMU_11_1);
    }

    /** The migration mode {@code cpr-exec} exists, whose exec may fail after completion (10.2). */
    public boolean knowsCprExec() {
        return since(QEMU_10_2);
    }

    /** The migration mode {@code cpr-transfer} exists (10.0). */
    public boolean knowsCprTransfer() {
        return since(QEMU_10_0);
    }

    // Main stream ---------------------------------------------------------------------------

    /** The source sends SWITCHOVER_START, and the destination knows the command (10.0). */
    public boolean sendsSwitchoverStart() {
        return since(QEMU_10_0);
    }

    /** ENABLE_COLO is a known command; the newest version refuses it. */
    public boolean acceptsEnableColo() {
        return !since(QEMU_11_1);
    }

    /** ENABLE_COLO is only obeyed with capability {@code x-colo} (8.1); before, it always is. */
    public boolean enableColoNeedsCapability() {
        return since(QEMU_8_2);
    }

    /** PING 0x42 stands before POSTCOPY_RUN in the package, its PONG ends postcopy-device. */
    public boolean sendsPackageLoadedPing() {
        return since(QEMU_10_2);
    }

    /** A PART without pages precedes the postcopy switch, to quiesce multifd (10.1). */
    public boolean preparesPostcopySections() {
        return since(QEMU_10_2);
    }

    /** The vmdescription has a {@code configuration} object (9.0). */
    public boolean describesConfiguration() {
        return since(QEMU_9_2);
    }

    /** A {@code block} section takes a section id between ram and the devices (until 9.0). */
    public boolean hasBlockSection() {
        return !since(QEMU_9_2);
    }

    /** How capability switchover-ack is answered. */
    public SwitchoverAckMode switchoverAckMode() {
        if (!since(QEMU_8_2)) {
            return SwitchoverAckMode.UNKNOWN;
        }
        return since(QEMU_11_1) ? SwitchoverAckMode.COUNTED : SwitchoverAckMode.SENT_BY_DESTINATION;
    }

    // RAM -----------------------------------------------------------------------------------

    /** A ZERO record with a fill byte other than 0 is refused (9.0). */
    public boolean zeroFillMustBeZero() {
        return since(QEMU_9_2);
    }

    /** A HOOK record without RDMA is skipped instead of refused. */
    public boolean ignoresHook() {
        return since(QEMU_8_2);
    }

    /** MULTIFD_FLUSH is a known record (8.1). */
    public boolean knowsMultifdFlush() {
        return since(QEMU_8_2);
    }

    /** COMPRESS_PAGE is a known record, and capability {@code compress} exists (until 9.0). */
    public boolean knowsCompressPage() {
        return !since(QEMU_9_2);
    }

    // Devices -------------------------------------------------------------------------------

    /** Section globalstate says whether the guest was suspended (9.0). */
    public boolean globalStateTellsSuspended() {
        return since(QEMU_9_2);
    }

    // Extra channels ------------------------------------------------------------------------

    /** multifd and postcopy-preempt cannot be set any more once a destination listens (8.0). */
    public boolean freezesChannelsWhenIncomingStarts() {
        return since(QEMU_8_2);
    }

    /** The postcopy-preempt channel is connected at the start of the migration (7.x). */
    public boolean opensPreemptChannelAtStart() {
        return !since(QEMU_8_2);
    }
}
