package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.CommandType;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.OutgoingPorts;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A source engine that connects to the fuzzer. */
final class FedSource {

    /** The capabilities with which a source accepts every message. */
    static final Set<Capability> CAPABILITIES =
            EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM, Capability.RETURN_PATH);

    private static final MigrateArguments ARGUMENTS =
            new MigrateArguments(new MigrationAddress.Tcp("fuzzer", 1), ReturnPathMode.INLINE);

    private static final long SECOND_NANOS = 1_000_000_000;

    private final TaskLoop loop = new TaskLoop();
    private final Trace trace;
    private final OutgoingMigration outgoing;
    private final List<FedLink> links = new ArrayList<>();

    /** The point at which the source stops sending. */
    private Optional<Predicate<ProtocolPoint>> stop = Optional.empty();

    private boolean traced;

    FedSource(FuzzedGuest memory, MigrationOptions options, Trace trace) {
        this.trace = trace;
        Guest guest = memory.fresh(RunState.PRELAUNCH, event -> {});
        guest.run().start(refusal -> {});
        loop.run();
        this.outgoing =
                new OutgoingMigration(
                        guest,
                        options,
                        new OutgoingPorts(
                                loop,
                                this::connect,
                                event -> {},
                                Probe.of(this::reached),
                                DeviceTrouble.NONE,
                                () -> new UUID(0, 1)));
    }

    TaskLoop loop() {
        return loop;
    }

    OutgoingMigration outgoing() {
        return outgoing;
    }

    /** Runs the source until it is that far; returns its connection, which is not writable. */
    FedLink bringTo(SourceProgress progress) {
        try {
            switch (progress) {
                case PRECOPY -> {
                    stopAt(PointName.STATUS, MigrationStatus.ACTIVE);
                    outgoing.migrate(ARGUMENTS);
                }
                case PACKAGE_SENT -> sendPackage();
                case POSTCOPY -> loadPackage();
                case RECOVERY -> {
                    loadPackage();
                    last().end(Optional.of(new IOException("Connection reset by peer")));
                    loop.run();
                    stopAt(PointName.COMMAND_SENT, CommandType.RECV_BITMAP);
                    outgoing.resume(ARGUMENTS);
                }
            }
            loop.run();
        } catch (QmpException e) {
            throw new IllegalStateException(e);
        }
        if (stop.isPresent()) {
            throw new IllegalStateException(
                    "The source is %s and has not reached %s"
                            .formatted(outgoing.status(), progress));
        }
        traced = true;
        return last();
    }

    private void sendPackage() throws QmpException {
        stop = Optional.of(point -> point.name() == PointName.PACKAGE_SENT);
        outgoing.migrate(ARGUMENTS);
        outgoing.startPostcopy();
        loop.run();
    }

    private void loadPackage() throws QmpException {
        sendPackage();
        stopAt(PointName.STATUS, MigrationStatus.POSTCOPY_ACTIVE);
        last().bring(
                        bytes(new ReturnPathMessage.Pong(Command.Ping.PACKAGE_LOADED)),
                        0,
                        Cuts.whole());
        last().writable(true);
        loop.run();
    }

    private static byte[] bytes(ReturnPathMessage message) {
        ByteBuf out = Unpooled.buffer();
        ReturnPathWriter.write(out, message);
        return ByteBufUtil.getBytes(out);
    }

    /** Ends the connection, and waits for everything that the source waits for then. */
    void end(FedLink link) {
        link.end(Optional.empty());
        loop.advance(SECOND_NANOS);
        if (outgoing.running()) {
            loop.advance(60 * SECOND_NANOS);
        }
    }

    private FedLink last() {
        return links.getLast();
    }

    private <A> void stopAt(PointName<A> name, @Nullable A argument) {
        stop = Optional.of(point -> point.is(name, argument));
    }

    private void reached(ProtocolPoint point) {
        if (traced) {
            trace.note(point.name().text(), point.argumentText());
        } else if (stop.isPresent() && stop.get().test(point)) {
            stop = Optional.empty();
            last().writable(false);
        }
    }

    private Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        loop.execute(() -> {
            FedLink link = new FedLink(loop);
            links.add(link);
            connected.accept(link);
        });
        return () -> {};
    }
}
