package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which capabilities are on. Immutable; a change makes another set or none. */
public final class Capabilities {

    private static final Capabilities NONE = new Capabilities(EnumSet.noneOf(Capability.class));

    private final EnumSet<Capability> on;

    private Capabilities(EnumSet<Capability> on) {
        this.on = on;
    }

    /** All off, as a process starts. */
    public static Capabilities none() {
        return NONE;
    }

    /** Whether one is on. */
    public boolean has(Capability capability) {
        return on.contains(capability);
    }

    /** Whether the destination may take the guest over before all pages are there. */
    public boolean anyPostcopy() {
        return has(Capability.POSTCOPY_RAM) || has(Capability.DIRTY_BITMAPS);
    }

    /**
     * The set after some changes, where nothing listens yet and nothing is compressed.
     *
     * @see #with(Map, CapabilityContext)
     */
    public Capabilities with(
            Map<Capability, Boolean> changes, Profile profile, Set<Capability> supported)
            throws OptionException {
        return with(changes, new CapabilityContext(profile, supported, false, false));
    }

    /**
     * The set after some changes. The whole new set is checked, so that switching off what another
     * capability needs is refused as well; this set stays as it is either way.
     */
    public Capabilities with(Map<Capability, Boolean> changes, CapabilityContext context)
            throws OptionException {
        EnumSet<Capability> next = EnumSet.copyOf(on);
        changes.forEach((capability, state) -> {
            if (state) {
                next.add(capability);
            } else {
                next.remove(capability);
            }
        });
        checkKnown(changes.keySet(), context.profile());
        for (CapabilityRule rule : CapabilityRule.ALL) {
            if (rule.brokenBy(next, context.profile())) {
                throw new OptionException(rule.text());
            }
        }
        checkContext(next, context);
        for (Capability capability : next) {
            if (!context.supported().contains(capability)) {
                throw new OptionException(refusal(capability));
            }
        }
        return new Capabilities(next);
    }

    /** What KVM alone can do is refused as QEMU without KVM does. */
    private static String refusal(Capability capability) {
        return capability == Capability.DIRTY_LIMIT
                ? "dirty-limit requires KVM with accelerator property 'dirty-ring-size' set"
                : "Capability '%s' is not built into vmferry yet".formatted(capability.text());
    }

    private static void checkKnown(Set<Capability> changed, Profile profile)
            throws OptionException {
        for (Capability capability : changed) {
            if (!capability.knownTo(profile)) {
                throw new OptionException(
                        "Parameter 'capability' does not accept value '%s'"
                                .formatted(capability.text()));
            }
        }
    }

    private void checkContext(Set<Capability> next, CapabilityContext context)
            throws OptionException {
        if (next.contains(Capability.ZERO_COPY_SEND) && context.multifdCompressedOrTls()) {
            throw new OptionException(CapabilityRule.ZERO_COPY_TEXT);
        }
        if (context.incomingStarted()
                && context.profile().has(Trait.CHANNELS_FROZEN_BY_LISTENING)) {
            if (next.contains(Capability.POSTCOPY_PREEMPT) && !has(Capability.POSTCOPY_PREEMPT)) {
                throw new OptionException("Postcopy preempt must be set before incoming starts");
            }
            if (next.contains(Capability.MULTIFD) && !has(Capability.MULTIFD)) {
                throw new OptionException("Multifd must be set before incoming starts");
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Capabilities that && on.equals(that.on);
    }

    @Override
    public int hashCode() {
        return on.hashCode();
    }

    @Override
    public String toString() {
        return on.stream().map(Capability::text).toList().toString();
    }

    /**
     * The context in which a change of capabilities is checked.
     *
     * @param supported those whose behaviour is built; the others can only be off
     * @param incomingStarted whether this process listens for a migration already
     * @param multifdCompressedOrTls whether the parameters ask for multifd compression or TLS
     */
    public record CapabilityContext(
            Profile profile,
            Set<Capability> supported,
            boolean incomingStarted,
            boolean multifdCompressedOrTls) {

        /** Copies the set. */
        public CapabilityContext {
            supported = Set.copyOf(supported);
        }
    }
}
