package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels that come late, twice, uncalled for or not at all. */
class ChannelBarrierTest {

    private static final UUID ID = new UUID(0x1234, 0x5678);

    private static Destination preempting(Profile profile) {
        return new Destination(PostcopyPlan.plan(profile, Capability.POSTCOPY_PREEMPT));
    }

    private static byte[] switchover() {
        return new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes();
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_10_2"})
    void aPreemptChannelThatDoesNotComeIsNamed(Profile profile) {
        try (Destination here = preempting(profile)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().beginPostcopy().bytes());
            main.receive(switchover());
            here.loop.advance(TimeUnit.SECONDS.toNanos(29));
            assertThat(here.status()).as(here.error()).isEqualTo(MigrationStatus.ACTIVE);
            here.loop.advance(TimeUnit.SECONDS.toNanos(1));
            here.assertFailed("The preempt channel did not arrive within 30 s");
        }
    }

    /** The return path is what the preempt channel itself waits for. */
    @Test
    void theFirstOfTheMissingChannelsIsNamed() {
        try (Destination here = preempting(Profile.QEMU_7_2)) {
            here.connect()
                    .receive(
                            new StreamBytes()
                                    .begin(new ConfigurationSubsection.ReturnPathChannel(ID))
                                    .command(new Command.OpenReturnPath())
                                    .bytes());
            here.loop.advance(TimeUnit.SECONDS.toNanos(30));
            here.assertFailed("The announced return path did not arrive within 30 s");
        }
    }

    @Test
    void aReturnPathThatTheMigrationDoesNotHaveIsRejected() {
        try (Destination here = new Destination()) {
            ManualLink before = here.connect();
            before.receive(StreamBytes.preamble(ID));
            ManualLink main = here.connect();
            main.receive(new StreamBytes().begin().command(new Command.OpenReturnPath()).bytes());
            assertThat(before.aborted()).isTrue();
            ManualLink after = here.connect();
            after.receive(StreamBytes.preamble(ID));
            assertThat(after.aborted()).isTrue();
            main.receive(new StreamBytes().eof().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }

    /** A package is read on while the stream after it waits for the return path. */
    @Test
    void aReturnPathThatIsOpenedTwiceIsWaitedForOnce() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2);
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes()
                            .begin(new ConfigurationSubsection.ReturnPathChannel(ID))
                            .advise()
                            .ramStart()
                            .discard(0, 8)
                            .packaged(
                                    StreamBytes.listen()
                                            .command(new Command.OpenReturnPath())
                                            .command(new Command.OpenReturnPath())
                                            .command(new Command.PostcopyRun()))
                            .bytes());
            here.loop.run();
            here.connect().receive(StreamBytes.preamble(ID));
            here.loop.run();
            StreamBytes pages = new StreamBytes();
            for (int page = 0; page < 8; page++) {
                pages.page(Destination.BLOCK_NAME, page, page + 1);
            }
            main.receive(pages.ramEnd().eof().bytes());
            here.loop.run();
            here.assertCompleted();
        }
    }

    @Test
    void aSecondMainChannelIsRejectedAndTheFirstGoesOn() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().begin().bytes());
            ManualLink second = here.connect();
            second.receive(new StreamBytes().begin().bytes());
            assertThat(second.aborted()).isTrue();
            main.receive(new StreamBytes().eof().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }
}
