package io.vmferry.protocol.profile;

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
