package io.vmferry.dest.incoming.postcopy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.state.PostcopyProgress;
import io.vmferry.dest.incoming.stream.ConfigurationCheck;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands of postcopy before the guest is ours, in and out of order. */
class PostcopyPreparationTest {

    private static final Optional<Command.PageSizes> SIZES =
            Optional.of(new Command.PageSizes(4096, 4096));

    private final SmallGuest here = new SmallGuest();
    private final PostcopyProgress progress = new PostcopyProgress();
    private final PostcopyPreparation ofRam = preparation(Capability.POSTCOPY_RAM);

    private PostcopyPreparation preparation(Capability... on) {
        MigrationOptions options = SmallGuest.options(Profile.QEMU_10_2, on);
        return new PostcopyPreparation(
                options,
                new ConfigurationCheck(here.guest, options),
                new IncomingRam(here.ram, true),
                progress);
    }

    @AfterEach
    void unmap() {
        here.close();
    }

    private void discard(long firstPage, long pages) throws StreamException {
        ofRam.discard(SmallGuest.BLOCK, List.of(new Command.Range(firstPage * 4096, pages * 4096)));
    }

    @Test
    void discardsMakePagesMissing() throws StreamException {
        RamBlock block = here.ram.blocks().getFirst();
        block.publish(0, 8);
        ofRam.advise(SIZES);
        discard(2, 3);
        discard(7, 1);
        assertThat(block.received().word(0)).isEqualTo(0b0110_0011);
        assertThat(progress.state()).isEqualTo(PostcopyState.DISCARD);
        ofRam.packageAnnounced(false);
        ofRam.listen(false);
        assertThat(progress.state()).isEqualTo(PostcopyState.LISTENING);
        assertThat(progress.listened()).isTrue();
    }

    @Test
    void adviceThatDoesNotFitTheCapabilityIsRefused() {
        assertThatThrownBy(() -> ofRam.advise(Optional.empty()))
                .hasMessageContaining("without RAM, but capability postcopy-ram is on here");
        assertThatThrownBy(() -> preparation().advise(SIZES))
                .hasMessageContaining("of RAM, but capability postcopy-ram is off here");
        assertThatThrownBy(() ->
                        ofRam.advise(Optional.of(new Command.PageSizes(2 * 1024 * 1024, 4096))))
                .hasMessageContaining("page sizes");
        assertThat(progress.state()).isEqualTo(PostcopyState.NONE);
    }

    @Test
    void nothingIsDiscardedWithoutAdvice() {
        assertThatThrownBy(() -> discard(0, 1))
                .hasMessageContaining("POSTCOPY_RAM_DISCARD in postcopy state none (0)");
    }

    @Test
    void aPackageComesOnceAndBeforeListen() throws StreamException {
        ofRam.packageAnnounced(false);
        assertThatThrownBy(() -> ofRam.packageAnnounced(true))
                .hasMessageContaining("PACKAGED a second time");
        ofRam.advise(SIZES);
        ofRam.listen(false);
        assertThatThrownBy(() -> ofRam.packageAnnounced(false))
                .hasMessageContaining("PACKAGED after POSTCOPY_LISTEN");
    }

    /** QEMU refuses only the RUN that follows. */
    @Test
    void listenWithoutADiscardIsOneInVain() throws StreamException {
        ofRam.advise(SIZES);
        ofRam.listen(false);
        assertThat(progress.state()).isEqualTo(PostcopyState.DISCARD);
        assertThatThrownBy(() -> discard(0, 1)).hasMessageContaining("after POSTCOPY_LISTEN");
        assertThatThrownBy(() -> ofRam.listen(false))
                .hasMessageContaining("POSTCOPY_LISTEN after POSTCOPY_LISTEN");
    }

    @Test
    void nobodyListensInAFile() throws StreamException {
        ofRam.advise(SIZES);
        discard(0, 1);
        assertThatThrownBy(() -> ofRam.listen(true)).hasMessageContaining("in a file");
        assertThat(progress.listened()).isFalse();
    }
}
