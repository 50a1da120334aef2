package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a destination is and tells before a source connects, which has changed over versions. */
class ListeningTest {

    private static final MigrationAddress OTHER = new MigrationAddress.Tcp("other", 1);

    private static Destination destination(Profile profile, int bindFailures) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.capabilities = Set.of();
        plan.bindFailures = bindFailures;
        return new Destination(plan);
    }

    @Test
    void anOldOneTellsOfSetupUnaskedButHasNoStatus() {
        try (Destination here = destination(Profile.QEMU_7_2, 0)) {
            assertThat(here.told).containsExactly("setup");
            assertThat(here.status()).isEqualTo(MigrationStatus.NONE);
            assertThat(here.engine.listens()).isTrue();
        }
    }

    @Test
    void anOldOneMayTryAgain() {
        try (Destination here = destination(Profile.QEMU_7_2, 1)) {
            assertThat(here.engine.listens()).isFalse();
            assertThatCode(() -> here.listen(OTHER)).doesNotThrowAnyException();
            assertThat(here.told).containsExactly("setup", "setup");
            assertThat(here.engine.figures().listening()).contains(OTHER);
            assertThatThrownBy(() -> here.listen(OTHER))
                    .hasMessage("The incoming migration has already been started");
        }
    }

    @Test
    void sinceThenSetupIsAStatusAndItsEventIsForThoseWhoAsked() {
        try (Destination here = destination(Profile.QEMU_8_2, 1)) {
            assertThat(here.told).isEmpty();
            assertThat(here.status()).isEqualTo(MigrationStatus.SETUP);
            assertThat(here.engine.figures().error()).isEmpty();
            assertThatCode(() -> here.listen(OTHER)).doesNotThrowAnyException();
        }
    }

    @Test
    void aNewOneListensOnce() {
        try (Destination here = destination(Profile.QEMU_9_2, 1)) {
            assertThat(here.status()).isEqualTo(MigrationStatus.SETUP);
            assertThatThrownBy(() -> here.listen(OTHER))
                    .hasMessage("Illegal migration incoming state: setup");
        }
    }

    private static Destination silent(Profile profile) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.listens = false;
        Destination here = new Destination(plan);
        here.answerLate();
        return here;
    }

    @Test
    void whileAnAddressIsLookedForNobodyMayAskForAnother() throws QmpException {
        for (Profile profile : Profile.values()) {
            try (Destination here = silent(profile)) {
                List<String> answers = new ArrayList<>();
                here.engine.listen(
                        OTHER,
                        bound -> answers.add("at " + bound),
                        e -> answers.add(e.getMessage()));
                assertThat(answers).isEmpty();
                assertThatThrownBy(() -> here.listen(OTHER))
                        .hasMessage("The incoming migration has already been started");
                here.waiting.orElseThrow().run();
                assertThat(answers).containsExactly("at tcp:other:1");
                assertThat(here.engine.listens()).isTrue();
            }
        }
    }

    @Test
    void theEndCallsOffWhatIsLookedFor() throws QmpException {
        try (Destination here = silent(Profile.DEFAULT)) {
            List<String> answers = new ArrayList<>();
            here.engine.listen(
                    OTHER, bound -> answers.add("at " + bound), e -> answers.add(e.getMessage()));
            here.engine.stopListening();
            assertThat(answers)
                    .containsExactly("Listening was given up before the address was known");
            assertThat(here.waiting).isEmpty();
            assertThat(here.engine.listens()).isFalse();
        }
    }
}
