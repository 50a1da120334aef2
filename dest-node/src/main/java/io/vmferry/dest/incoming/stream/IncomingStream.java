package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import java.util.function.Consumer;

/**
 * Loads the stream of the main channel or of a package: checks the configuration, loads sections.
 * Commands and packages go to a handler.
 *
 * @param holds to hold the stream back while a device takes its time
 * @param failed gets the failure of a device
 */
public record IncomingStream(
        StreamHolds holds,
        IncomingState state,
        ConfigurationCheck check,
        IncomingDevices devices,
        DeviceLoading loading,
        Probe probe,
        StreamEvent.StreamEventHandler handler,
        Consumer<Failure> failed)
        implements StreamListener {

    @Override
    public boolean held() {
        return holds.held();
    }

    @Override
    public void configuration(Element at, Configuration configuration) throws StreamException {
        state.requireGoingOn();
        check.accept(configuration);
        probe.reached(PointName.CONFIGURATION_RECEIVED);
        handler.follow(new StreamEvent.Configured(check.returnPathChannel()));
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        state.requireGoingOn();
        PayloadReader payload = devices.start(header);
        if (header.type() == SectionType.FULL) {
            probe.reached(PointName.DEVICE_LOAD_STARTED, header.idstr());
        }
        return payload;
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException {
        state.requireGoingOn();
        PayloadReader payload = devices.part(type, sectionId);
        IncomingDevices.Section section = devices.section(sectionId);
        if (type == SectionType.END && section.device().isPresent()) {
            probe.reached(PointName.DEVICE_LOAD_STARTED, section.name());
        }
        return payload;
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId)
            throws StreamException {
        state.requireGoingOn();
        IncomingDevices.Section section = devices.section(sectionId);
        if (section.device().orElse(null) instanceof IterableDevice iterable) {
            loading.payloadRead(iterable);
        }
        switch (type) {
            case START -> probe.reached(PointName.SETUP_LOADED, section.name());
            case FULL, END -> {
                if (section.device().isPresent()) {
                    loading.finish(section.device().get(), holds, failed);
                }
            }
            default -> {
                // a PART is nothing to tell of
            }
        }
    }

    @Override
    public void command(Element at, Command command) throws StreamException {
        state.requireGoingOn();
        probe.reached(PointName.COMMAND_RECEIVED, command.type());
        handler.follow(new StreamEvent.Commanded(command));
    }

    @Override
    public void packageAnnounced(Element head, long lengthBytes) throws StreamException {
        state.requireGoingOn();
        handler.follow(new StreamEvent.PackageAnnounced());
    }

    @Override
    public void packaged(Element at, ByteBuf blob) throws StreamException {
        state.requireGoingOn();
        handler.follow(new StreamEvent.PackageArrived(blob));
    }

    @Override
    public void endOfStream(Element at) throws StreamException {
        state.requireGoingOn();
        probe.reached(PointName.EOF_RECEIVED);
    }
}
