package io.vmferry.machine.telemetry;

import io.vmferry.protocol.status.Side;
import java.util.Arrays;
import java.util.Optional;

/**
 * The protocol points that exist, with what each means. The text is the name that people use: in
 * logs, fault plans and metrics.
 */
public enum PointName {
    // both sides
    STATUS(Sides.BOTH, "status", "The migration status has changed; the argument is the new one"),
    ANNOUNCED(
            Sides.BOTH,
            "announced",
            "A network card has sent a packet that tells where the guest is; the "
                    + "argument is its name"),

    FAILURE(
            Sides.BOTH,
            "failure",
            "Something ends or interrupts the migration; the argument is the kind of failure"),

    FAULT_INJECTED(
            Sides.BOTH,
            "fault-injected",
            "Something of the fault plan was done; the argument is the action"),

    // source
    CONNECTED(Sides.SOURCE, "connected", "All channels to the destination stand"),
    HEADER_SENT(Sides.SOURCE, "header-sent", "Header and configuration have been written"),
    COMMAND_SENT(
            Sides.SOURCE, "command-sent", "A command has been written; the argument is its name"),
    SETUP_SENT(
            Sides.SOURCE,
            "setup-sent",
            "An iterable's setup section has been written; the argument is its name"),
    UNPLUG_REQUESTED(
            Sides.SOURCE,
            "unplug-requested",
            "The guest was asked to let go of a device; the argument is the device's " + "id"),
    UNPLUGGED(Sides.SOURCE, "unplugged", "The guest has let go of the last such device"),
    PLUGGED_BACK(
            Sides.SOURCE,
            "plugged-back",
            "A device is the guest's again after a failure or a cancel; the argument "
                    + "is its id"),
    DIRTY_SYNC(
            Sides.SOURCE,
            "dirty-sync",
            "The dirty bitmap has been synchronised; the argument is the count of "
                    + "syncs so far"),
    SWITCHOVER_STARTED(
            Sides.SOURCE,
            "switchover-started",
            "The vCPUs are about to be stopped for the switchover"),
    GUEST_STOPPED(Sides.SOURCE, "guest-stopped", "The vCPUs stand still"),
    RAM_COMPLETE_SENT(
            Sides.SOURCE,
            "ram-complete-sent",
            "The last dirty page of the precopy has been written"),
    DEVICE_SAVE_STARTED(
            Sides.SOURCE,
            "device-save-started",
            "A device's state is about to be written; the argument is the device"),
    DEVICE_SAVED(
            Sides.SOURCE,
            "device-saved",
            "A device's state has been written; the argument is the device"),
    PREEMPT_CONNECTED(
            Sides.SOURCE, "preempt-connected", "The preempt channel to the destination stands"),
    DISCARDS_AHEAD(
            Sides.SOURCE,
            "discards-ahead",
            "While the guest still runs, the destination has been told of pages that are out "
                    + "of date; the argument is their number"),
    DISCARDS_SENT(
            Sides.SOURCE,
            "discards-sent",
            "The destination has been told which pages are out of date; the argument "
                    + "is their number"),
    PACKAGE_SENT(
            Sides.SOURCE,
            "package-sent",
            "The package with the devices has been written; the argument is its size "
                    + "in bytes"),
    PACKAGE_LOADED(
            Sides.SOURCE,
            "package-loaded",
            "PONG 0x42 was noticed: from here on the destination owns the guest"),
    PAGE_REQUESTED(
            Sides.SOURCE,
            "page-requested",
            "The destination asks for a page; the argument is block and offset"),
    REQUESTED_PAGE_SENT(
            Sides.SOURCE,
            "requested-page-sent",
            "A page that was asked for has been written; the argument is block and " + "offset"),
    BITMAP_RECEIVED(
            Sides.SOURCE,
            "bitmap-received",
            "A bitmap of received pages has come back; the argument is the block"),
    PAGES_LOST(
            Sides.SOURCE,
            "pages-lost",
            "All bitmaps are back; the argument is how many pages were lost on the " + "way"),
    RESUME_ACKNOWLEDGED(
            Sides.SOURCE, "resume-acknowledged", "RESUME_ACK has come back: the recovery is over"),
    POSTCOPY_RAM_SENT(
            Sides.SOURCE, "postcopy-ram-sent", "The last page of the postcopy has been written"),
    EOF_SENT(Sides.SOURCE, "eof-sent", "The end of the stream has been written"),
    PONG(Sides.SOURCE, "pong", "A PONG has come back; the argument is its value"),
    SWITCHOVER_ACK(
            Sides.SOURCE,
            "switchover-ack",
            "SWITCHOVER_ACK has come back; the argument is how many are still to come"),
    SHUT(Sides.SOURCE, "shut", "SHUT has come back; the argument is its value"),
    GUEST_RESUMED(
            Sides.SOURCE,
            "guest-resumed",
            "The source runs its guest again after a failure or a cancel"),

    // destination
    MAIN_CHANNEL(Sides.DESTINATION, "main-channel", "The main channel has been recognised"),
    RETURN_PATH_CHANNEL(
            Sides.DESTINATION,
            "return-path-channel",
            "The return path's own connection has been paired with the main channel"),
    CONFIGURATION_RECEIVED(
            Sides.DESTINATION,
            "configuration-received",
            "The configuration has been read and accepted"),
    PREEMPT_CHANNEL(
            Sides.DESTINATION, "preempt-channel", "The preempt channel has been recognised"),
    PACKAGE_RECEIVED(
            Sides.DESTINATION,
            "package-received",
            "The whole package is here and begins to load; the argument is its size " + "in bytes"),
    LISTENING(
            Sides.DESTINATION, "listening", "Pages may be missing from here on, and are asked for"),
    PONG_SENT(Sides.DESTINATION, "pong-sent", "A PONG has been sent; the argument is its value"),
    RECOVERY_CHANNEL(
            Sides.DESTINATION,
            "recovery-channel",
            "A main channel has come that recovers the postcopy"),
    BITMAP_SENT(
            Sides.DESTINATION,
            "bitmap-sent",
            "A bitmap of received pages has been sent; the argument is the block"),
    RESUME_ACK_SENT(Sides.DESTINATION, "resume-ack-sent", "RESUME_ACK has been sent"),
    REQ_PAGES_SENT(
            Sides.DESTINATION,
            "req-pages-sent",
            "A page has been asked for; the argument is block and offset"),
    REQUESTED_PAGE_PLACED(
            Sides.DESTINATION,
            "requested-page-placed",
            "A page that was asked for has been placed; the argument is block and " + "offset"),
    COMMAND_RECEIVED(
            Sides.DESTINATION,
            "command-received",
            "A command has been read; the argument is its name"),
    SETUP_LOADED(
            Sides.DESTINATION,
            "setup-loaded",
            "An iterable's setup section has been loaded; the argument is its name"),
    DEVICE_APPROVED(
            Sides.DESTINATION,
            "device-approved",
            "A device is ready for the switchover; the argument is the device"),
    SWITCHOVER_ACK_SENT(Sides.DESTINATION, "switchover-ack-sent", "SWITCHOVER_ACK has been sent"),
    DEVICE_LOAD_STARTED(
            Sides.DESTINATION,
            "device-load-started",
            "A device's state is about to be loaded; the argument is the device"),
    DEVICE_LOADED(
            Sides.DESTINATION,
            "device-loaded",
            "A device's state has been loaded; the argument is the device"),
    EOF_RECEIVED(Sides.DESTINATION, "eof-received", "The end of the stream has been read"),
    GUEST_STARTED(Sides.DESTINATION, "guest-started", "The destination runs the guest"),
    SHUT_SENT(Sides.DESTINATION, "shut-sent", "SHUT has been sent; the argument is its value");

    private final Sides reachedBy;
    private final String text;
    private final String meaning;

    PointName(Sides reachedBy, String text, String meaning) {
        this.reachedBy = reachedBy;
        this.text = text;
        this.meaning = meaning;
    }

    /** The name in logs and fault plans. */
    public String text() {
        return text;
    }

    /** What has happened when the point is reached, and what its argument is: one sentence. */
    public String meaning() {
        return meaning;
    }

    /** Whether the source, or the destination, of a migration can reach the point. */
    public boolean reachedBy(Side side) {
        return reachedBy.include(side);
    }

    /** The point of a name that people use. */
    public static Optional<PointName> ofText(String text) {
        return Arrays.stream(values()).filter(name -> name.text.equals(text)).findFirst();
    }
}
