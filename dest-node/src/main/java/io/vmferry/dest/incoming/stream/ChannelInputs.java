package io.vmferry.dest.incoming.stream;

import io.vmferry.machine.link.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The inputs of the channels that are connected, and of the package. */
public final class ChannelInputs {

    private Optional<MainChannelInput> main = Optional.empty();
    private Optional<PreemptInput> preempt = Optional.empty();
    private final List<MultifdInput> multifd = new ArrayList<>();
    private Optional<PackageInput> devices = Optional.empty();
    private Runnable releaseMain = () -> {};
    private long bytesBefore;
    private final SortedMap<Integer, Long> multifdBytesBefore = new TreeMap<>();

    public Optional<MainChannelInput> main() {
        return main;
    }

    /** The main channel is there. */
    public void main(MainChannelInput input) {
        main = Optional.of(input);
    }

    /** Handles the end of a connection before it was read; only the main channel matters. */
    public void ended(Link link, Optional<IOException> cause) {
        main.filter(input -> input.link().equals(link)).ifPresent(input -> input.closed(cause));
    }

    /** Bytes of the main channel consumed so far. */
    public long streamBytes() {
        return main.map(MainChannelInput::offset).orElse(0L);
    }

    /** Who has connected the main channel; empty where there is none. */
    public Optional<String> peer() {
        return main.map(input -> input.link().peer());
    }

    /** Bytes consumed so far of all channels, those before a recovery among them. */
    public long receivedBytes() {
        return bytesBefore
                + streamBytes()
                + multifd.stream().mapToLong(MultifdInput::offset).sum()
                + preempt.map(PreemptInput::offset).orElse(0L);
    }

    /**
     * Bytes consumed so far of each multifd channel that there has been, by its number; there are
     * no more of them than the parameter {@code multifd-channels} allows.
     */
    public SortedMap<Integer, Long> multifdBytes() {
        SortedMap<Integer, Long> bytes = new TreeMap<>(multifdBytesBefore);
        multifd.forEach(input -> bytes.merge(input.channel(), input.offset(), Long::sum));
        return bytes;
    }

    /** A multifd channel is there. */
    void multifd(MultifdInput input) {
        multifd.add(input);
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

    /**
     * The package is there.
     *
     * @param main ends its hold on the main channel
     */
    public void devices(PackageInput input, Runnable main) {
        devices = Optional.of(input);
        releaseMain = main;
    }

    /** The main channel goes on after the package; harmless where it does so already. */
    public void releaseMain() {
        releaseMain.run();
    }

    /** Drops what was not read: the channels have ended. */
    public void forgetUnread() {
        preempt.ifPresent(PreemptInput::forget);
        multifd.forEach(MultifdInput::forget);
        main.ifPresent(MainChannelInput::forget);
    }

    /** Drops the channels; new ones may replace them. */
    public void replace() {
        bytesBefore = receivedBytes();
        multifdBytesBefore.putAll(multifdBytes());
        forgetUnread();
        main = Optional.empty();
        preempt = Optional.empty();
        multifd.clear();
    }
}
