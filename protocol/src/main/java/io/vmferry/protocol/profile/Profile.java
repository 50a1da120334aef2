package io.vmferry.protocol.profile;

import io.vmferry.protocol.BuildInfo;
import io.vmferry.protocol.Named;

/**
 * The QEMU version that a daemon behaves as, from old to new. What the versions do differently is
 * in the table {@link Trait}.
 */
public enum Profile implements Named {
    /** QEMU 7.2. */
    QEMU_7_2(7, 2),
    /** QEMU 8.2. */
    QEMU_8_2(8, 2),
    /** QEMU 9.2. */
    QEMU_9_2(9, 2),
    /** QEMU 10.0. */
    QEMU_10_0(10, 0),
    /** QEMU 10.2. */
    QEMU_10_2(10, 2),
    /** QEMU 11.1. */
    QEMU_11_1(11, 1);

    /** The profile of a daemon that is given none. */
    public static final Profile DEFAULT = QEMU_10_2;

    /** The first of them. */
    static final Profile OLDEST = values()[0];

    /** The last of them. */
    static final Profile NEWEST = values()[values().length - 1];

    private final int major;
    private final int minor;

    Profile(int major, int minor) {
        this.major = major;
        this.minor = minor;
    }

    /** The name on the command line, for example {@code qemu-7.2}. */
    @Override
    public String text() {
        return "qemu-" + version();
    }

    /** The version without its patch level, for example {@code 7.2}. */
    public String version() {
        return major + "." + minor;
    }

    /** What the greeting and {@code query-version} announce. */
    public QemuVersion qemuVersion() {
        BuildInfo build = BuildInfo.running();
        return new QemuVersion(
                major, minor, 0, "vmferry %s, %s".formatted(build.version(), build.commit()));
    }

    /** Whether this version behaves so. */
    public boolean has(Trait trait) {
        return trait.versions().include(this);
    }

    /**
     * The version a monitor announces in its greeting and in {@code query-version}.
     *
     * @param vendorPackage QEMU's {@code package} member: free text of whoever built the program
     */
    public record QemuVersion(int major, int minor, int micro, String vendorPackage) {

        /** Checks that no part is negative. */
        public QemuVersion {
            if (major < 0 || minor < 0 || micro < 0) {
                throw new IllegalArgumentException("A version has no negative parts");
            }
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + micro;
        }
    }
}
