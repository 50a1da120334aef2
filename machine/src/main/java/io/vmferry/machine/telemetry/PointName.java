package io.vmferry.machine.telemetry;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.CommandType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name and meaning of a protocol point; the complete list. The text is its name in logs, fault
 * plans and metrics.
 *
 * @param <A> what the argument of the point is
 */
public final class PointName<A> {

    /** Filled by the constants below, in their order. */
    private static final List<PointName<?>> ALL = new ArrayList<>();

    // both sides
    public static final PointName<MigrationStatus> STATUS =
            both("status", ArgumentType.STATUS)
                    .means("The migration status has changed; the argument is the new one");
    public static final PointName<String> ANNOUNCED =
            both("announced", ArgumentType.NAME)
                    .means(
                            "A network card has announced the guest's new place; the argument is its name");

    public static final PointName<FailureKind> FAILURE =
            both("failure", ArgumentType.FAILURE)
                    .means("A failure ends or interrupts the migration; the argument is its kind");

    public static final PointName<String> FAULT_INJECTED =
            both("fault-injected", ArgumentType.NAME)
                    .means("A fault of the fault plan was injected; the argument is the action");

    // source
    public static final PointName<Void> CONNECTED =
            source("connected").means("All channels to the destination are connected");
    public static final PointName<Integer> MULTIFD_CONNECTED =
            source("multifd-connected", ArgumentType.NUMBER)
                    .means(
                            "A multifd channel to the destination is connected; the argument is its number");
    public static final PointName<Void> HEADER_SENT =
            source("header-sent").means("Header and configuration have been written");
    public static final PointName<CommandType> COMMAND_SENT =
            source("command-sent", ArgumentType.COMMAND)
                    .means("A command has been written; the argument is its name");
    public static final PointName<String> SETUP_SENT =
            source("setup-sent", ArgumentType.NAME)
                    .means(
                            "An iterable's setup section has been written; the argument is its name");
    public static final PointName<String> UNPLUG_REQUESTED =
            source("unplug-requested", ArgumentType.NAME)
                    .means(
                            "The guest was asked to unplug a device; the argument is the device's id");
    public static final PointName<Void> UNPLUGGED =
            source("unplugged").means("The guest has unplugged the last such device");
    public static final PointName<String> PLUGGED_BACK =
            source("plugged-back", ArgumentType.NAME)
                    .means(
                            "A device was plugged in again after a failure or a cancel; the argument is its id");
    public static final PointName<Long> DIRTY_SYNC =
            source("dirty-sync", ArgumentType.COUNT)
                    .means(
                            "The dirty bitmap has been synchronised; the argument is the count of syncs so far");
    public static final PointName<Void> SWITCHOVER_STARTED =
            source("switchover-started")
                    .means("The vCPUs are about to be stopped for the switchover");
    public static final PointName<Void> GUEST_STOPPED =
            source("guest-stopped").means("The vCPUs have stopped");
    public static final PointName<String> RAM_COMPLETE_SENT =
            source("ram-complete-sent", ArgumentType.NAME)
                    .means("The last dirty page of the precopy has been written");
    public static final PointName<String> DEVICE_SAVE_STARTED =
            source("device-save-started", ArgumentType.NAME)
                    .means("A device's state is about to be written; the argument is the device");
    public static final PointName<String> DEVICE_SAVED =
            source("device-saved", ArgumentType.NAME)
                    .means("A device's state has been written; the argument is the device");
    public static final PointName<Void> PREEMPT_CONNECTED =
            source("preempt-connected")
                    .means("The preempt channel to the destination is connected");
    public static final PointName<Long> DISCARDS_AHEAD =
            source("discards-ahead", ArgumentType.COUNT)
                    .means(
                            "Discards of outdated pages have been sent while the guest still runs; the argument is the number of pages");
    public static final PointName<Long> DISCARDS_SENT =
            source("discards-sent", ArgumentType.COUNT)
                    .means(
                            "All discards of outdated pages have been sent; the argument is the number of pages");
    public static final PointName<Integer> PACKAGE_SENT =
            source("package-sent", ArgumentType.NUMBER)
                    .means(
                            "The package with the devices has been written; the argument is its size in bytes");
    public static final PointName<Void> PACKAGE_LOADED =
            source("package-loaded")
                    .means("PONG 0x42 was noticed: from here on the destination owns the guest");
    public static final PointName<HostPages> PAGE_REQUESTED =
            source("page-requested", ArgumentType.PAGES)
                    .means("The destination asks for a page; the argument is block and offset");
    public static final PointName<HostPages> REQUESTED_PAGE_SENT =
            source("requested-page-sent", ArgumentType.PAGES)
                    .means("A requested page has been written; the argument is block and offset");
    public static final PointName<HostPages> STORE_HELD =
            source("store-held", ArgumentType.PAGES)
                    .means(
                            "A store of the guest waits until a background snapshot has saved its page; the argument is block and offset");
    public static final PointName<String> BITMAP_RECEIVED =
            source("bitmap-received", ArgumentType.NAME)
                    .means("A bitmap of received pages was received; the argument is the block");
    public static final PointName<Long> PAGES_LOST =
            source("pages-lost", ArgumentType.COUNT)
                    .means(
                            "All bitmaps are back; the argument is how many pages were lost on the way");
    public static final PointName<Void> RESUME_ACKNOWLEDGED =
            source("resume-acknowledged").means("RESUME_ACK was received: the recovery is over");
    public static final PointName<Void> POSTCOPY_RAM_SENT =
            source("postcopy-ram-sent").means("The last page of the postcopy has been written");
    public static final PointName<Void> EOF_SENT =
            source("eof-sent").means("The end of the stream has been written");
    public static final PointName<Integer> PONG =
            source("pong", ArgumentType.PING)
                    .means("A PONG was received; the argument is its value");
    public static final PointName<Integer> SWITCHOVER_ACK =
            source("switchover-ack", ArgumentType.NUMBER)
                    .means(
                            "SWITCHOVER_ACK was received; the argument is the number of those outstanding");
    public static final PointName<Integer> SHUT =
            source("shut", ArgumentType.NUMBER)
                    .means("SHUT was received; the argument is its value");
    public static final PointName<Void> GUEST_RESUMED =
            source("guest-resumed")
                    .means(
                            "The source runs its guest again: after a failure, a cancel, or the moment of a background snapshot");

    // destination
    public static final PointName<Void> MAIN_CHANNEL =
            destination("main-channel").means("The main channel has been recognised");
    public static final PointName<Void> RETURN_PATH_CHANNEL =
            destination("return-path-channel")
                    .means(
                            "The return path's own connection has been paired with the main channel");
    public static final PointName<Void> CONFIGURATION_RECEIVED =
            destination("configuration-received")
                    .means("The configuration has been read and accepted");
    public static final PointName<Void> PREEMPT_CHANNEL =
            destination("preempt-channel").means("The preempt channel has been recognised");
    public static final PointName<Integer> MULTIFD_CHANNEL =
            destination("multifd-channel", ArgumentType.NUMBER)
                    .means("A multifd channel has been recognised; the argument is its number");
    public static final PointName<Integer> PACKAGE_RECEIVED =
            destination("package-received", ArgumentType.NUMBER)
                    .means(
                            "The whole package is here and begins to load; the argument is its size in bytes");
    public static final PointName<Void> LISTENING =
            destination("listening").means("Pages may be missing from here on, and are requested");
    public static final PointName<Integer> PONG_SENT =
            destination("pong-sent", ArgumentType.PING)
                    .means("A PONG has been sent; the argument is its value");
    public static final PointName<Void> RECOVERY_CHANNEL =
            destination("recovery-channel")
                    .means("A main channel that recovers the postcopy is connected");
    public static final PointName<String> BITMAP_SENT =
            destination("bitmap-sent", ArgumentType.NAME)
                    .means("A bitmap of received pages has been sent; the argument is the block");
    public static final PointName<Void> RESUME_ACK_SENT =
            destination("resume-ack-sent").means("RESUME_ACK has been sent");
    public static final PointName<HostPages> REQ_PAGES_SENT =
            destination("req-pages-sent", ArgumentType.PAGES)
                    .means("A page was requested; the argument is block and offset");
    public static final PointName<HostPages> REQUESTED_PAGE_PLACED =
            destination("requested-page-placed", ArgumentType.PAGES)
                    .means("A requested page has been placed; the argument is block and offset");
    public static final PointName<CommandType> COMMAND_RECEIVED =
            destination("command-received", ArgumentType.COMMAND)
                    .means("A command has been read; the argument is its name");
    public static final PointName<String> SETUP_LOADED =
            destination("setup-loaded", ArgumentType.NAME)
                    .means("An iterable's setup section has been loaded; the argument is its name");
    public static final PointName<String> DEVICE_APPROVED =
            destination("device-approved", ArgumentType.NAME)
                    .means("A device is ready for the switchover; the argument is the device");
    public static final PointName<Void> SWITCHOVER_ACK_SENT =
            destination("switchover-ack-sent").means("SWITCHOVER_ACK has been sent");
    public static final PointName<String> DEVICE_LOAD_STARTED =
            destination("device-load-started", ArgumentType.NAME)
                    .means("A device's state is about to be loaded; the argument is the device");
    public static final PointName<String> DEVICE_LOADED =
            destination("device-loaded", ArgumentType.NAME)
                    .means("A device's state has been loaded; the argument is the device");
    public static final PointName<Void> EOF_RECEIVED =
            destination("eof-received").means("The end of the stream has been read");
    public static final PointName<Void> GUEST_STARTED =
            destination("guest-started").means("The destination runs the guest");
    public static final PointName<Integer> SHUT_SENT =
            destination("shut-sent", ArgumentType.NUMBER)
                    .means("SHUT has been sent; the argument is its value");

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

    /** A point before it is said what it means. */
    private record PointDraft<A>(Sides reachedBy, String text, ArgumentType<A> argumentType) {
        PointName<A> means(String meaning) {
            PointName<A> name = new PointName<>(reachedBy, text, meaning, argumentType);
            ALL.add(name);
            return name;
        }
    }

    private static <A> PointDraft<A> both(String text, ArgumentType<A> argumentType) {
        return new PointDraft<>(Sides.BOTH, text, argumentType);
    }

    private static <A> PointDraft<A> source(String text, ArgumentType<A> argumentType) {
        return new PointDraft<>(Sides.SOURCE, text, argumentType);
    }

    private static PointDraft<Void> source(String text) {
        return source(text, ArgumentType.NONE);
    }

    private static <A> PointDraft<A> destination(String text, ArgumentType<A> argumentType) {
        return new PointDraft<>(Sides.DESTINATION, text, argumentType);
    }

    private static PointDraft<Void> destination(String text) {
        return destination(text, ArgumentType.NONE);
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
    public A argument(@Nullable Object argument) {
        return argumentType.type().cast(Objects.requireNonNull(argument, text));
    }

    /** The text of an argument; empty for a point without one. */
    public String argumentText(@Nullable Object argument) {
        return argument == null ? "" : argumentType.text().apply(argument(argument));
    }

    /** The point with a text. */
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
