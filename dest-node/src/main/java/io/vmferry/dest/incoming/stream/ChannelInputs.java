package io.vmferry.dest.incoming.stream;

import io.vmferry.machine.link.Link;
import java.io.IOException;
import java.util.Optional;

/** What is being read: the channels that are there, and the package that came on one of them. */
public final class ChannelInputs {

    private Optional<MainChannelInput> main = Optional.empty();
    private Optional<PreemptInput> preempt = Optional.empty();
    private Optional<PackageInput> devices = Optional.empty();

    public Optional<MainChannelInput> main() {
        return main;
    }

    /** The main channel is there. */
    public void main(MainChannelInput input) {
        main = Optional.of(input);
    }

    /** A connection has ended before it was read; only that of the main channel matters. */
    public void ended(Link link, Optional<IOException> cause) {
        main.filter(input -> input.link().equals(link)).ifPresent(input -> input.closed(cause));
    }

    /** Bytes of the main channel consumed so far. */
    public long streamBytes() {
        return main.map(MainChannelInput::offset).orElse(0L);
    }

    public Optional<PreemptInput> preempt() {
        return preempt;
    }

    /** The preempt channel is there. */
    public void preempt(PreemptInput input) {
        preempt = Optional.of(input);
    }

    /** The package of devices, which there is one of. */
    public Optional<PackageInput> devices() {
        return devices;
    }

    /** The package is there. */
    public void devices(PackageInput input) {
        devices = Optional.of(input);
    }

    /** The channels have ended: what was not read will not be. */
    public void forgetUnread() {
        preempt.ifPresent(PreemptInput::forget);
        main.ifPresent(MainChannelInput::forget);
    }

    /** Others take the place of the channels. */
    public void replace() {
        forgetUnread();
        main = Optional.empty();
        preempt = Optional.empty();
    }
}
