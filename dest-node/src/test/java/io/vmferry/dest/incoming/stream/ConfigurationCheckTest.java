package io.vmferry.dest.incoming.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationCheckTest {

    private static final UUID UUID_HERE = new UUID(1, 2);

    private static ConfigurationCheck check(Optional<UUID> uuid, Set<Capability> on) {
        return check(Profile.QEMU_10_2, uuid, on);
    }

    private static ConfigurationCheck check(
            Profile profile, Optional<UUID> uuid, Set<Capability> on) {
        try (SmallGuest here = new SmallGuest("pc-i440fx-9.2", uuid, new LocalLease(), true)) {
            return new ConfigurationCheck(
                    here.guest, SmallGuest.options(profile, on.toArray(Capability[]::new)));
        }
    }

    private static ConfigurationCheck check() {
        return check(Optional.empty(), Set.of());
    }

    private static Configuration of(String machine, ConfigurationSubsection... subsections) {
        return new Configuration(machine, List.of(subsections));
    }

    private static ConfigurationSubsection capabilities(String... names) {
        return new ConfigurationSubsection.ValidatedCapabilities(List.of(names));
    }

    private static void assertRefused(
            ConfigurationCheck check, Configuration configuration, StreamError error) {
        assertThatThrownBy(() -> check.accept(configuration))
                .isInstanceOfSatisfying(
                        StreamException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "pc-i440fx", "pc-i440fx-9.2"})
    void anyPrefixOfTheMachineWillDo(String name) {
        assertThatCode(() -> check().accept(of(name))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc-i440fx-9.20", "c-i440fx", "PC", "q35"})
    void anotherMachineIsRefused(String name) {
        assertRefused(check(), of(name), StreamError.MACHINE_MISMATCH);
    }

    @Test
    void onlyPagesOf4KiB() {
        assertThatCode(() ->
                        check().accept(of("pc", new ConfigurationSubsection.TargetPageBits(12))))
                .doesNotThrowAnyException();
        assertRefused(
                check(),
                of("pc", new ConfigurationSubsection.TargetPageBits(13)),
                StreamError.TARGET_PAGE_BITS_MISMATCH);
    }

    @Test
    void validatedCapabilitiesMustBeEqual() {
        Set<Capability> shared = Set.of(Capability.X_IGNORE_SHARED);
        assertThatCode(() ->
                        check(Optional.empty(), shared)
                                .accept(of("pc", capabilities("x-ignore-shared"))))
                .doesNotThrowAnyException();
        assertRefused(check(Optional.empty(), shared), of("pc"), StreamError.CAPABILITY_MISMATCH);
        assertRefused(
                check(Optional.empty(), shared),
                of("pc", capabilities()),
                StreamError.CAPABILITY_MISMATCH);
        assertRefused(
                check(),
                of("pc", capabilities("x-ignore-shared")),
                StreamError.CAPABILITY_MISMATCH);
        assertRefused(
                check(), of("pc", capabilities("mapped-ram")), StreamError.CAPABILITY_MISMATCH);
    }

    @Test
    void otherKnownCapabilitiesDoNotMatterUnknownOnesDo() {
        assertThatCode(() -> check().accept(of("pc", capabilities("xbzrle", "events"))))
                .doesNotThrowAnyException();
        assertRefused(check(), of("pc", capabilities("warp")), StreamError.UNKNOWN_CAPABILITY);
    }

    @Test
    void aCapabilityOfALaterVersionIsUnknown() {
        assertRefused(
                check(Profile.QEMU_7_2, Optional.empty(), Set.of()),
                of("pc", capabilities("mapped-ram")),
                StreamError.UNKNOWN_CAPABILITY);
    }

    @Test
    void theUuidMattersOnlyToWhoHasOne() {
        ConfigurationSubsection same = new ConfigurationSubsection.ValidatedUuid(UUID_HERE);
        ConfigurationSubsection other = new ConfigurationSubsection.ValidatedUuid(new UUID(1, 3));
        assertThatCode(() -> check().accept(of("pc", other))).doesNotThrowAnyException();
        ConfigurationCheck withUuid = check(Optional.of(UUID_HERE), Set.of());
        assertThatCode(() -> withUuid.accept(of("pc", same))).doesNotThrowAnyException();
        assertThatCode(() -> withUuid.accept(of("pc"))).doesNotThrowAnyException();
        assertRefused(withUuid, of("pc", other), StreamError.UUID_MISMATCH);
    }

    @Test
    void remembersTheAnnouncedReturnPath() throws StreamException {
        ConfigurationCheck check = check();
        assertThat(check.returnPathChannel()).isEmpty();
        check.accept(of("pc", new ConfigurationSubsection.ReturnPathChannel(UUID_HERE)));
        assertThat(check.returnPathChannel()).contains(UUID_HERE);
    }
}
