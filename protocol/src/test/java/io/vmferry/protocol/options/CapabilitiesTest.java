package io.vmferry.protocol.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.options.Capabilities.CapabilityContext;
import io.vmferry.protocol.profile.Profile;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {

    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    /** Parses {@code a b -c}: a and b are switched on, c is switched off. */
    static Map<Capability, Boolean> changes(String names) {
        Map<Capability, Boolean> changes = new EnumMap<>(Capability.class);
        for (String name : names.split(" ")) {
            boolean off = name.startsWith("-");
            changes.put(
                    Named.find(Capability.class, off ? name.substring(1) : name).orElseThrow(),
                    !off);
        }
        return changes;
    }

    @Test
    void theCatalogueOf72IsTheListThatVersionPrints() {
        assertThat(names(Profile.QEMU_7_2))
                .isEqualTo(
                        "xbzrle rdma-pin-all auto-converge zero-blocks compress events"
                                + " postcopy-ram x-colo release-ram block return-path"
                                + " pause-before-switchover multifd dirty-bitmaps"
                                + " postcopy-blocktime late-block-activate x-ignore-shared"
                                + " validate-uuid background-snapshot zero-copy-send"
                                + " postcopy-preempt");
    }

    @Test
    void laterCataloguesGainAndLose() {
        assertThat(names(Profile.QEMU_8_2))
                .isEqualTo(names(Profile.QEMU_7_2) + " switchover-ack dirty-limit");
        assertThat(names(Profile.QEMU_9_2))
                .isEqualTo(
                        names(Profile.QEMU_8_2).replace(" compress", "").replace(" block ", " ")
                                + " mapped-ram");
        assertThat(names(Profile.QEMU_10_2)).isEqualTo(names(Profile.QEMU_9_2));
        assertThat(names(Profile.QEMU_11_1))
                .isEqualTo(names(Profile.QEMU_10_2).replace(" zero-blocks", ""));
    }

    private static String names(Profile profile) {
        return Capability.knownBy(profile).stream()
                .map(Capability::text)
                .collect(Collectors.joining(" "));
    }

    @Test
    void onlyTwoAreComparedWithThePeer() {
        assertThat(Arrays.stream(Capability.values()).filter(Capability::validatedByPeer))
                .containsExactly(Capability.X_IGNORE_SHARED, Capability.MAPPED_RAM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qemu-7.2|postcopy-ram x-ignore-shared|Postcopy is not compatible with ignore-shared",
                "qemu-7.2|compress multifd|Multifd is not compatible with compress",
                "qemu-7.2|postcopy-preempt|Postcopy preempt requires postcopy-ram",
                "qemu-7.2|postcopy-preempt postcopy-ram compress|Postcopy preempt not compatible with compress",
                "qemu-7.2|zero-copy-send|Zero copy only available for non-compressed non-TLS multifd migration",
                "qemu-7.2|zero-copy-send multifd xbzrle|Zero copy only available for non-compressed non-TLS multifd migration",
                "qemu-7.2|background-snapshot compress|Background-snapshot is not compatible with compress",
                "qemu-7.2|background-snapshot return-path|Background-snapshot is not compatible with return-path",
                "qemu-7.2|background-snapshot postcopy-ram multifd|Background-snapshot is not compatible with postcopy-ram",
                "qemu-8.2|multifd postcopy-ram|Postcopy is not yet compatible with multifd",
                "qemu-10.0|multifd postcopy-ram|Postcopy is not yet compatible with multifd",
                "qemu-8.2|compress xbzrle|Compression is not compatible with xbzrle",
                "qemu-8.2|multifd xbzrle|Multifd is not compatible with xbzrle",
                "qemu-11.1|multifd xbzrle|Multifd is not compatible with xbzrle",
                "qemu-11.1|switchover-ack|Capability 'switchover-ack' requires capability 'return-path'",
                "qemu-11.1|dirty-limit auto-converge|dirty-limit conflicts with auto-converge either of then available currently",
                "qemu-11.1|mapped-ram xbzrle|Mapped-ram migration is incompatible with xbzrle",
                "qemu-11.1|mapped-ram postcopy-ram|Mapped-ram migration is incompatible with postcopy",
                "qemu-9.2|compress|Parameter 'capability' does not accept value 'compress'",
                "qemu-7.2|mapped-ram|Parameter 'capability' does not accept value 'mapped-ram'"
            })
    void aConflictIsRefusedInQemusWords(String profile, String names, String refusal) {
        assertThatThrownBy(() ->
                        Capabilities.none()
                                .with(
                                        changes(names),
                                        Named.find(Profile.class, profile).orElseThrow(),
                                        ALL))
                .isInstanceOf(OptionException.class)
                .hasMessage(refusal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qemu-7.2|multifd xbzrle",
                "qemu-7.2|multifd postcopy-ram",
                "qemu-7.2|compress xbzrle",
                "qemu-7.2|background-snapshot x-ignore-shared block",
                "qemu-10.2|multifd postcopy-ram postcopy-preempt",
                "qemu-10.2|switchover-ack return-path"
            })
    void whatQemuTakesIsTaken(String profile, String names) throws OptionException {
        Map<Capability, Boolean> changes = changes(names);
        assertThat(
                        on(
                                Capabilities.none()
                                        .with(
                                                changes,
                                                Named.find(Profile.class, profile).orElseThrow(),
                                                ALL)))
                .isEqualTo(changes.keySet());
    }

    private static Set<Capability> on(Capabilities capabilities) {
        EnumSet<Capability> on = EnumSet.allOf(Capability.class);
        on.removeIf(capability -> !capabilities.has(capability));
        return on;
    }

    @Test
    void aChangeIsAllOrNothingAndCheckedAsAWhole() throws OptionException {
        Capabilities both =
                Capabilities.none()
                        .with(changes("postcopy-ram postcopy-preempt"), Profile.DEFAULT, ALL);
        assertThatThrownBy(() -> both.with(changes("events -postcopy-ram"), Profile.DEFAULT, ALL))
                .hasMessage("Postcopy preempt requires postcopy-ram");
        assertThat(both.has(Capability.EVENTS)).isFalse();
        assertThat(both.has(Capability.POSTCOPY_RAM)).isTrue();
        assertThat(both.anyPostcopy()).isTrue();

        Capabilities off =
                both.with(changes("-postcopy-ram -postcopy-preempt"), Profile.DEFAULT, ALL);
        assertThat(off).isEqualTo(Capabilities.none());
        assertThat(off.anyPostcopy()).isFalse();
    }

    @Test
    void whatIsNotBuiltCanOnlyBeOff() throws OptionException {
        Set<Capability> built = EnumSet.of(Capability.EVENTS);
        assertThatThrownBy(() ->
                        Capabilities.none().with(changes("events multifd"), Profile.DEFAULT, built))
                .hasMessage("Capability 'multifd' is not built into vmferry yet");
        assertThat(on(Capabilities.none().with(changes("events -multifd"), Profile.DEFAULT, built)))
                .containsExactly(Capability.EVENTS);
    }

    @Test
    void channelsAreFrozenOnceTheDestinationListens() throws OptionException {
        CapabilityContext listening = new CapabilityContext(Profile.DEFAULT, ALL, true, false);
        assertThatThrownBy(() -> Capabilities.none().with(changes("multifd"), listening))
                .hasMessage("Multifd must be set before incoming starts");
        assertThatThrownBy(() ->
                        Capabilities.none()
                                .with(changes("postcopy-ram postcopy-preempt"), listening))
                .hasMessage("Postcopy preempt must be set before incoming starts");
        Capabilities before = Capabilities.none().with(changes("multifd"), Profile.DEFAULT, ALL);
        assertThat(before.with(changes("events"), listening).has(Capability.MULTIFD)).isTrue();
        CapabilityContext old = new CapabilityContext(Profile.QEMU_7_2, ALL, true, false);
        assertThat(on(Capabilities.none().with(changes("multifd"), old))).hasSize(1);
    }

    @Test
    void zeroCopyNeedsPlainChannels() {
        CapabilityContext tls = new CapabilityContext(Profile.DEFAULT, ALL, false, true);
        assertThatThrownBy(() -> Capabilities.none().with(changes("zero-copy-send multifd"), tls))
                .hasMessageStartingWith("Zero copy only available");
    }
}
