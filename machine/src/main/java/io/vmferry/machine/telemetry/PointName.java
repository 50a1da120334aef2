package io.vmferry.machine.telemetry;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.protocol.failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.CommandType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The name of a protocol point, with what it means. These are all that exist. The text is the name
 * that people use: in logs, fault plans and metrics.
 *
 * @param <A> what the argument of the point is
 */
public final class PointName<A> {

    /** Filled by the constants below, in their order. */
    private static final List<PointName<?>> ALL = new ArrayList<>();

    // both sides
    public static final PointName<MigrationStatus> STATUS =
            point(
                    Sides.BOTH,
                    "status",
                    "The migration status has changed; the argument is the new one",
                    ArgumentType.STATUS);
    public static final PointName<String> ANNOUNCED =
            point(
                    Sides.BOTH,
                    "announced",
                    "A network card has sent a packet that tells where the guest is; the argument is its name",
                    ArgumentType.NAME);

    public static final PointName<FailureKind> FAILURE =
            point(
                    Sides.BOTH,
                    "failure",
                    "Something ends or interrupts the migration; the argument is the kind of failure",
                    ArgumentType.FAILURE);

    public static final PointName<String> FAULT_INJECTED =
            point(
                    Sides.BOTH,
                    "fault-injected",
                    "Something of the fault plan was done; the argument is the action",
                    ArgumentType.NAME);

    // source
    public static final PointName<Void> CONNECTED =
            point(Sides.SOURCE, "connected", "All channels to the destination stand");
    public static final PointName<Void> HEADER_SENT =
            point(Sides.SOURCE, "header-sent", "Header and configuration have been written");
    public static final PointName<CommandType> COMMAND_SENT =
            point(
                    Sides.SOURCE,
                    "command-sent",
                    "A command has been written; the argument is its name",
                    ArgumentType.COMMAND);
    public static final PointName<String> SETUP_SENT =
            point(
                    Sides.SOURCE,
                    "setup-sent",
                    "An iterable's setup section has been written; the argument is its name",
                    ArgumentType.NAME);
    public static final PointName<String> UNPLUG_REQUESTED =
            point(
                    Sides.SOURCE,
                    "unplug-requested",
                    "The guest was asked to let go of a device; the argument is the device's id",
                    ArgumentType.NAME);
    public static final PointName<Void> UNPLUGGED =
            point(Sides.SOURCE, "unplugged", "The guest has let go of the last such device");
    public static final PointName<String> PLUGGED_BACK =
            point(
                    Sides.SOURCE,
                    "plugged-back",
                    "A device is the guest's again after a failure or a cancel; the argument is its id",
                    ArgumentType.NAME);
    public static final PointName<Long> DIRTY_SYNC =
            point(
                    Sides.SOURCE,
                    "dirty-sync",
                    "The dirty bitmap has been synchronised; the argument is the count of syncs so far",
                    ArgumentType.COUNT);
    public static final PointName<Void> SWITCHOVER_STARTED =
            point(
                    Sides.SOURCE,
                    "switchover-started",
                    "The vCPUs are about to be stopped for the switchover");
    public static final PointName<Void> GUEST_STOPPED =
            point(Sides.SOURCE, "guest-stopped", "The vCPUs stand still");
    public static final PointName<String> RAM_COMPLETE_SENT =
            point(
                    Sides.SOURCE,
                    "ram-complete-sent",
                    "The last dirty page of the precopy has been written",
                    ArgumentType.NAME);
    public static final PointName<String> DEVICE_SAVE_STARTED =
            point(
                    Sides.SOURCE,
                    "device-save-started",
                    "A device's state is about to be written; the argument is the device",
                    ArgumentType.NAME);
    public static final PointName<String> DEVICE_SAVED =
            point(
                    Sides.SOURCE,
                    "device-saved",
                    "A device's state has been written; the argument is the device",
                    ArgumentType.NAME);
    public static final PointName<Void> PREEMPT_CONNECTED =
            point(
                    Sides.SOURCE,
                    "preempt-connected",
                    "The preempt channel to the destination stands");
    public static final PointName<Long> DISCARDS_AHEAD =
            point(
                    Sides.SOURCE,
                    "discards-ahead",
                    "While the guest still runs, the destination has been told of pages that are out of date; the argument is their number",
                    ArgumentType.COUNT);
    public static final PointName<Long> DISCARDS_SENT =
            point(
                    Sides.SOURCE,
                    "discards-sent",
                    "The destination has been told which pages are out of date; the argument is their number",
                    ArgumentType.COUNT);
    public static final PointName<Integer> PACKAGE_SENT =
            point(
                    Sides.SOURCE,
                    "package-sent",
                    "The package with the devices has been written; the argument is its size in bytes",
                    ArgumentType.NUMBER);
    public static final PointName<Void> PACKAGE_LOADED =
            point(
                    Sides.SOURCE,
                    "package-loaded",
                    "PONG 0x42 was noticed: from here on the destination owns the guest");
    public static final PointName<HostPages> PAGE_REQUESTED =
            point(
                    Sides.SOURCE,
                    "page-requested",
                    "The destination asks for a page; the argument is block and offset",
                    ArgumentType.PAGES);
    public static final PointName<HostPages> REQUESTED_PAGE_SENT =
            point(
                    Sides.SOURCE,
                    "requested-page-sent",
                    "A page that was asked for has been written; the argument is block and offset",
                    ArgumentType.PAGES);
    public static final PointName<String> BITMAP_RECEIVED =
            point(
                    Sides.SOURCE,
                    "bitmap-received",
                    "A bitmap of received pages has come back; the argument is the block",
                    ArgumentType.NAME);
    public static final PointName<Long> PAGES_LOST =
            point(
                    Sides.SOURCE,
                    "pages-lost",
                    "All bitmaps are back; the argument is how many pages were lost on the way",
                    ArgumentType.COUNT);
    public static final PointName<Void> RESUME_ACKNOWLEDGED =
            point(
                    Sides.SOURCE,
                    "resume-acknowledged",
                    "RESUME_ACK has come back: the recovery is over");
    public static final PointName<Void> POSTCOPY_RAM_SENT =
            point(
                    Sides.SOURCE,
                    "postcopy-ram-sent",
                    "The last page of the postcopy has been written");
    public static final PointName<Void> EOF_SENT =
            point(Sides.SOURCE, "eof-sent", "The end of the stream has been written");
    public static final PointName<Integer> PONG =
            point(
                    Sides.SOURCE,
                    "pong",
                    "A PONG has come back; the argument is its value",
                    ArgumentType.PING);
    public static final PointName<Integer> SWITCHOVER_ACK =
            point(
                    Sides.SOURCE,
                    "switchover-ack",
                    "SWITCHOVER_ACK has come back; the argument is how many are still to come",
                    ArgumentType.NUMBER);
    public static final PointName<Integer> SHUT =
            point(
                    Sides.SOURCE,
                    "shut",
                    "SHUT has come back; the argument is its value",
                    ArgumentType.NUMBER);
    public static final PointName<Void> GUEST_RESUMED =
            point(
                    Sides.SOURCE,
                    "guest-resumed",
                    "The source runs its guest again after a failure or a cancel");

    // destination
    public static final PointName<Void> MAIN_CHANNEL =
            point(Sides.DESTINATION, "main-channel", "The main channel has been recognised");
    public static final PointName<Void> RETURN_PATH_CHANNEL =
            point(
                    Sides.DESTINATION,
                    "return-path-channel",
                    "The return path's own connection has been paired with the main channel");
    public static final PointName<Void> CONFIGURATION_RECEIVED =
            point(
                    Sides.DESTINATION,
                    "configuration-received",
                    "The configuration has been read and accepted");
    public static final PointName<Void> PREEMPT_CHANNEL =
            point(Sides.DESTINATION, "preempt-channel", "The preempt channel has been recognised");
    public static final PointName<Integer> PACKAGE_RECEIVED =
            point(
                    Sides.DESTINATION,
                    "package-received",
                    "The whole package is here and begins to load; the argument is its size in bytes",
                    ArgumentType.NUMBER);
    public static final PointName<Void> LISTENING =
            point(
                    Sides.DESTINATION,
                    "listening",
                    "Pages may be missing from here on, and are asked for");
    public static final PointName<Integer> PONG_SENT =
            point(
                    Sides.DESTINATION,
                    "pong-sent",
                    "A PONG has been sent; the argument is its value",
                    ArgumentType.PING);
    public static final PointName<Void> RECOVERY_CHANNEL =
            point(
                    Sides.DESTINATION,
                    "recovery-channel",
                    "A main channel has come that recovers the postcopy");
    public static final PointName<String> BITMAP_SENT =
            point(
                    Sides.DESTINATION,
                    "bitmap-sent",
                    "A bitmap of received pages has been sent; the argument is the block",
                    ArgumentType.NAME);
    public static final PointName<Void> RESUME_ACK_SENT =
            point(Sides.DESTINATION, "resume-ack-sent", "RESUME_ACK has been sent");
    public static final PointName<HostPages> REQ_PAGES_SENT =
            point(
                    Sides.DESTINATION,
                    "req-pages-sent",
                    "A page has been asked for; the argument is block and offset",
                    ArgumentType.PAGES);
    public static final PointName<HostPages> REQUESTED_PAGE_PLACED =
            point(
                    Sides.DESTINATION,
                    "requested-page-placed",
                    "A page that was asked for has been placed; the argument is block and offset",
                    ArgumentType.PAGES);
    public static final PointName<CommandType> COMMAND_RECEIVED =
            point(
                    Sides.DESTINATION,
                    "command-received",
                    "A command has been read; the argument is its name",
                    ArgumentType.COMMAND);
    public static final PointName<String> SETUP_LOADED =
            point(
                    Sides.DESTINATION,
                    "setup-loaded",
                    "An iterable's setup section has been loaded; the argument is its name",
                    ArgumentType.NAME);
    public static final PointName<String> DEVICE_APPROVED =
            point(
                    Sides.DESTINATION,
                    "device-approved",
                    "A device is ready for the switchover; the argument is the device",
                    ArgumentType.NAME);
    public static final PointName<Void> SWITCHOVER_ACK_SENT =
            point(Sides.DESTINATION, "switchover-ack-sent", "SWITCHOVER_ACK has been sent");
    public static final PointName<String> DEVICE_LOAD_STARTED =
            point(
                    Sides.DESTINATION,
                    "device-load-started",
                    "A device's state is about to be loaded; the argument is the device",
                    ArgumentType.NAME);
    public static final PointName<String> DEVICE_LOADED =
            point(
                    Sides.DESTINATION,
                    "device-loaded",
                    "A device's state has been loaded; the argument is the device",
                    ArgumentType.NAME);
    public static final PointName<Void> EOF_RECEIVED =
            point(Sides.DESTINATION, "eof-received", "The end of the stream has been read");
    public static final PointName<Void> GUEST_STARTED =
            point(Sides.DESTINATION, "guest-started", "The destination runs the guest");
    public static final PointName<Integer> SHUT_SENT =
            point(
                    Sides.DESTINATION,
                    "shut-sent",
                    "SHUT has been sent; the argument is its value",
                    ArgumentType.NUMBER);

    private final Sides reachedBy;
    private final String text;
    private final String meaning;
    private final ArgumentType<A> argumentType;
    private final int ordinal;

    private PointName(Sides reachedBy, String text, String meaning, ArgumentType<A> argumentType) {
        this.reachedBy = reachedBy;
        this.text = text;
        this.meaning = meaning;
        this.argumentType = argumentType;
        this.ordinal = ALL.size();
    }

    private static PointName<Void> point(Sides reachedBy, String text, String meaning) {
        return point(reachedBy, text, meaning, ArgumentType.NONE);
    }

    private static <A> PointName<A> point(
            Sides reachedBy, String text, String meaning, ArgumentType<A> argumentType) {
        PointName<A> name = new PointName<>(reachedBy, text, meaning, argumentType);
        ALL.add(name);
        return name;
    }

    /** All names, in a fixed order. */
    public static List<PointName<?>> values() {
        return Collections.unmodifiableList(ALL);
    }

    /** Its place in {@link #values()}. */
    public int ordinal() {
        return ordinal;
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

    /** An argument of this point, which is known by its name only. */
    public A argument(Object argument) {
        return argumentType.type().cast(argument);
    }

    /** An argument as people read it; empty for a point that has none. */
    public String argumentText(Object argument) {
        return argument == null ? "" : argumentType.text().apply(argument(argument));
    }

    /** The point of a name that people use. */
    public static Optional<PointName<?>> ofText(String text) {
        for (PointName<?> name : ALL) {
            if (name.text.equals(text)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
