package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.state.PostcopyProgress;
import io.vmferry.dest.incoming.stream.ConfigurationCheck;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;

/** Handles the commands of postcopy up to POSTCOPY_LISTEN, while the source runs the guest. */
public record PostcopyPreparation(
        MigrationOptions options,
        ConfigurationCheck check,
        IncomingRam ram,
        PostcopyProgress progress) {

    /** Whether RAM is still to come; otherwise only bitmaps of disks are. */
    public boolean ramFollows() {
        return options.capabilities().has(Capability.POSTCOPY_RAM);
    }

    /** POSTCOPY_ADVISE. */
    public void advise(Optional<Command.PageSizes> sizes) throws StreamException {
        progress.require("POSTCOPY_ADVISE", PostcopyState.NONE);
        if (sizes.isPresent() != ramFollows()) {
            throw StreamException.of(
                    StreamError.ADVISE_MISMATCH,
                    "the source advises postcopy %s RAM, but capability postcopy-ram is %s here"
                            .formatted(
                                    sizes.isPresent() ? "of" : "without",
                                    ramFollows() ? "on" : "off"));
        }
        if (sizes.isPresent()) {
            check.pageSizes(sizes.get());
        }
        progress.move(PostcopyState.ADVISE);
    }

    /** POSTCOPY_RAM_DISCARD. */
    public void discard(String block, List<Command.Range> ranges) throws StreamException {
        progress.require("POSTCOPY_RAM_DISCARD", PostcopyState.ADVISE, PostcopyState.DISCARD);
        progress.requireNotListened("POSTCOPY_RAM_DISCARD");
        if (progress.state() == PostcopyState.ADVISE) {
            progress.move(PostcopyState.DISCARD);
        }
        ram.discard(block, ranges);
    }

    /**
     * PACKAGED, which is allowed once; without ADVISE the package just holds devices.
     *
     * @param another whether one has come already
     */
    public void packageAnnounced(boolean another) throws StreamException {
        progress.require(
                "PACKAGED", PostcopyState.NONE, PostcopyState.ADVISE, PostcopyState.DISCARD);
        progress.requireNotListened("PACKAGED");
        if (another) {
            throw PostcopyProgress.refused(
                    "PACKAGED a second time, in postcopy state " + progress.state().numbered());
        }
    }

    /**
     * POSTCOPY_LISTEN.
     *
     * @param fromFile whether the stream is read from a file, so that no page can be requested;
     *     QEMU waits for them for ever, or hangs
     */
    public void listen(boolean fromFile) throws StreamException {
        if (fromFile) {
            throw PostcopyProgress.refused(
                    "POSTCOPY_LISTEN in a file, from which no page can be requested");
        }
        progress.require("POSTCOPY_LISTEN", PostcopyState.ADVISE, PostcopyState.DISCARD);
        progress.requireNotListened("POSTCOPY_LISTEN");
        if (ramFollows() && progress.state() == PostcopyState.ADVISE) {
            // QEMU goes on like this and refuses the RUN that follows: there must be a discard
            progress.move(PostcopyState.DISCARD);
        } else {
            progress.move(PostcopyState.LISTENING);
        }
        progress.listen();
    }
}
