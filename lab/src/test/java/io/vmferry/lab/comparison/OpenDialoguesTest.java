package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.profile.Profile;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenDialoguesTest {

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void whatIsListedIsPlayed(Profile profile) throws Exception {
        List<String> played = Comparison.dialogues(profile).stream().map(Dialogue::name).toList();
        assertThat(OpenDialogues.of(profile).dialogues()).isNotEmpty().isSubsetOf(played);
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void onlyTheStepsThatAreNamedMayDiffer(Profile profile) throws Exception {
        OpenDialogues open = OpenDialogues.of(profile);
        String none = "source none";
        assertThat(open.lists(new Difference(none, "5 {\"uri\":\"warp:9\"}", "a", "b"))).isTrue();
        assertThat(open.lists(new Difference(none, "5 query-status", "a", "b"))).isFalse();
        assertThat(open.lists(new Difference("source active", "events", "a", "b"))).isFalse();
        assertThat(open.lists(new Difference(none, "events", "a", "b")))
                .isEqualTo(profile == Profile.QEMU_7_2);
    }
}
