package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.dest.incoming.IncomingMigration.IncomingPorts;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.machine.vcpu.IdleVcpus;
import io.vmferry.machine.vcpu.VcpuRunner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** A destination engine with a small guest, whose peer is the test. */
final class Destination implements AutoCloseable {

    static final String MACHINE = "none";
    static final String BLOCK = "ram";
    static final RamBlockName BLOCK_NAME = new RamBlockName(BLOCK);
    static final long RAM_BYTES = 8 * 4096;

    /** What a test may want otherwise. */
    static final class Plan {
        Profile profile = Profile.QEMU_10_2;
        Set<Capability> capabilities = EnumSet.of(Capability.EVENTS);
        Optional<UUID> uuid = Optional.empty();
        List<Device> extraDevices = List.of();
        Lease lease = new LocalLease();
        DeviceTrouble trouble = DeviceTrouble.NONE;
        boolean autostart = true;
        boolean asQemu;
        List<RamBlockSpec> blocks = List.of(new RamBlockSpec(BLOCK, RAM_BYTES));
        Optional<GuestRam> ram = Optional.empty();
        MigrationAddress address = new MigrationAddress.Tcp("here", 4444);

        /** How often the address cannot be bound before it can. */
        int bindFailures;

        /** Whether it listens at once. */
        boolean listens = true;
    }

    final ManualLoop loop = new ManualLoop();
    final GuestRam ram;
    final Guest guest;
    final IncomingMigration engine;
    final List<String> told = new ArrayList<>();
    final List<String> points = new ArrayList<>();
    final List<IncomingFigures> ends = new ArrayList<>();
    boolean listening;
    AddressListener.Acceptor acceptor = link -> {};
    private final boolean ownsRam;
    private int connections;
    private int bindFailures;
    private boolean late;

    /** What the transport does when it answers at last; empty when nobody waits for that. */
    Optional<Runnable> waiting = Optional.empty();

    Destination(Plan plan) {
        ram = plan.ram.orElseGet(() -> GuestRam.allocate(plan.blocks));
        ownsRam = plan.ram.isEmpty();
        VcpuRunner vcpus = new IdleVcpus();
        RunControl run =
                new RunControl(vcpus, plan.lease, this::tell, RunState.INMIGRATE, plan.autostart);
        List<Device> devices = new ArrayList<>();
        devices.add(new TimerDevice());
        devices.addAll(plan.extraDevices);
        devices.add(new GlobalStateDevice(run::beforeStop));
        guest = new Guest(MACHINE, plan.uuid, ram, devices, vcpus, run, plan.lease);
        engine =
                new IncomingMigration(
                        guest,
                        SmallGuest.options(plan.profile, plan.asQemu, plan.capabilities),
                        new IncomingPorts(
                                loop,
                                new OnlyListening(),
                                this::tell,
                                Probe.of(point -> points.add(point.toString())),
                                plan.trouble));
        engine.whenEnded(ends::add);
        bindFailures = plan.bindFailures;
        if (!plan.listens) {
            return;
        }
        try {
            listen(plan.address);
        } catch (QmpException e) {
            assertThat(plan.bindFailures).as(e.getMessage()).isPositive();
        }
    }

    Destination() {
        this(new Plan());
    }

    /** The transport answers later, when {@link #waiting} is run, unless that is cancelled. */
    void answerLate() {
        late = true;
    }

    /** Listens for the source of a paused postcopy, where nothing speaks against it. */
    void recover(MigrationAddress address) {
        engine.recover(
                address,
                bound -> {},
                e -> {
                    throw new AssertionError(e);
                });
    }

    /** Listens where the transport answers within the call. */
    void listen(MigrationAddress address) throws QmpException {
        List<QmpException> refusals = new ArrayList<>();
        engine.listen(address, bound -> {}, refusals::add);
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
    }

    private void tell(QmpEvent event) {
        told.add(
                event instanceof QmpEvent.Migration(MigrationStatus status)
                        ? status.text()
                        : event.name());
    }

    /** A connection comes in. */
    ManualLink connect() {
        ManualLink link = new ManualLink("peer-" + ++connections, loop);
        acceptor.accepted(link);
        loop.run();
        return link;
    }

    /** A connection comes in, brings a stream, and ends. */
    ManualLink load(byte[] stream) {
        ManualLink link = connect();
        link.receive(stream);
        loop.run();
        link.end();
        loop.run();
        return link;
    }

    MigrationStatus status() {
        return engine.status();
    }

    String error() {
        return engine.figures().error().orElse("no error");
    }

    /** Checks a refusal: the status, one clear line, and that nothing was told but that. */
    void assertFailed(String... partsOfTheError) {
        assertThat(status()).as(error()).isEqualTo(MigrationStatus.FAILED);
        assertThat(error()).contains(partsOfTheError).matches("[ -~]+");
        assertThat(ends).hasSize(1);
        assertThat(ends.getFirst().status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(guest.run().state()).isEqualTo(RunState.INMIGRATE);
        assertThat(listening).as("listening").isFalse();
    }

    void assertCompleted() {
        assertThat(status()).as(error()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(ends).hasSize(1);
        assertThat(listening).as("listening").isFalse();
    }

    /** The messages that a link carried back. */
    static List<ReturnPathMessage> messages(ManualLink link) {
        List<ReturnPathMessage> messages = new ArrayList<>();
        BitmapSizes sizes = block -> 0;
        ByteBuf sent = Unpooled.wrappedBuffer(link.sent());
        try {
            new ReturnPathReader(
                            (offset, lengthBytes, message) -> messages.add(message), sizes, true)
                    .read(sent);
        } catch (StreamException e) {
            throw new AssertionError(e);
        }
        assertThat(sent.isReadable()).as("half a message").isFalse();
        return messages;
    }

    @Override
    public void close() {
        if (ownsRam) {
            ram.close();
        }
    }

    private final class OnlyListening implements AddressListener {

        @Override
        public Cancellable listen(
                MigrationAddress at,
                Acceptor whenAccepted,
                Consumer<Listening> opened,
                Consumer<IOException> failed) {
            if (late) {
                waiting = Optional.of(() -> opened.accept(open(at)));
                return () -> waiting = Optional.empty();
            }
            if (bindFailures-- > 0) {
                failed.accept(new IOException("Failed to bind socket: Permission denied"));
            } else {
                listening = true;
                acceptor = whenAccepted;
                opened.accept(open(at));
            }
            return () -> {};
        }

        private Listening open(MigrationAddress at) {
            return new Listening() {
                @Override
                public List<MigrationAddress> addresses() {
                    return List.of(at);
                }

                @Override
                public void close() {
                    listening = false;
                }
            };
        }
    }
}
